/** What the server answers (SQLSTATE), or the operating system when there is no answer. */
const CAUSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'it cut the connection',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'the name of the host cannot be looked up',
  ETIMEDOUT: 'it does not answer',
  EHOSTUNREACH: 'there is no way to the host',
  ENETUNREACH: 'there is no way to the host',
  '28P01': 'it refuses the password',
  '28000': 'it refuses the user',
  '3D000': 'it has no database of that name',
  '53300': 'it has no connection left',
  '57P03': 'it is starting or stopping',
};
/** pg says so without a code. */
const SILENT = /timeout exceeded when trying to connect|Connection terminated/i;

/**
 * Why the database cannot be reached, in one line that names DATABASE_URL and never its password; undefined for an
 * error that is about something else.
 * @param url DATABASE_URL; undefined with the embedded database
 */
export function describeConnectionError(error: unknown, url: string | undefined): string | undefined {
  const cause = causeOf(error);
  if (!cause) return undefined;
  if (!url) return `The embedded database cannot be reached (${cause}): look at DATA_DIR, or set DATABASE_URL.`;
  const { host, pathname } = URL.canParse(url) ? new URL(url) : { host: '', pathname: '' };
  return `The database cannot be reached at ${host}${pathname} (${cause}): DATABASE_URL must name a PostgreSQL that is running.`;
}

function causeOf(error: unknown): string | undefined {
  for (let each: unknown = error, depth = 0; each instanceof Error && depth < 5; each = each.cause, depth += 1) {
    const { code, message, errors } = each as Error & { code?: string; errors?: unknown[] };
    const first = errors?.[0] as { code?: string } | undefined;
    const known = CAUSES[code ?? ''] ?? CAUSES[first?.code ?? ''];
    if (known) return known;
    if (SILENT.test(message)) return 'it does not answer';
  }
  return undefined;
}
