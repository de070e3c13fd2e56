/**
 * A statement's text; of one that holds its values (as MikroORM writes them) no more than what it does to which table.
 */
export function describeStatement(text: string, first: string | { values?: unknown[] }, rest: unknown[]): string {
  const values = typeof first === 'string' ? rest[0] : first.values;
  if (Array.isArray(values) && values.length > 0) return text;
  return (
    /^\s*(?:(?:select\b.*?\bfrom|insert into|update|delete from)\s+"?\w+"?|\w+)/is
      .exec(text)?.[0]
      .replace(/\bselect\b.*\bfrom\b/is, 'select from')
      .trim() ?? ''
  );
}

const OPERATION = /^\s*(\w+)/;
/** The first table that is named; a list of values or of rows is none. */
const TABLE = /\b(?:from|into|update|join)\s+(?!unnest|lateral|select)"?([a-z_]+)"?/i;

/** What a span is called by: the operation, and the table where one is named. */
export function nameStatement(text: string): { name: string; [attribute: `db.${string}`]: string } {
  const operation = (OPERATION.exec(text)?.[1] ?? 'statement').toLowerCase();
  const table = TABLE.exec(text)?.[1]?.toLowerCase();
  if (!table) return { name: operation, 'db.operation.name': operation };
  return { name: `${operation} ${table}`, 'db.operation.name': operation, 'db.collection.name': table };
}
