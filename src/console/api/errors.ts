import { CombinedGraphQLErrors } from '@apollo/client';

/** What went wrong, for people: a message, and the field of the input that it is about. */
export interface Problem {
  message: string;
  /** As in extensions.field, without its leading "input.": "budget". Null when it is about no single field. */
  field: string | null;
  code: string;
}

/** Reads an error of the API. A lost connection says so in words. */
export function problemOf(error: unknown): Problem {
  if (CombinedGraphQLErrors.is(error)) {
    const first = error.errors[0];
    const field = first?.extensions?.field;
    return {
      message: first?.message ?? 'The request failed.',
      field: typeof field === 'string' ? field.replace(/^input\./, '') : null,
      code: String(first?.extensions?.code ?? 'INTERNAL_SERVER_ERROR'),
    };
  }
  return { message: 'The server did not answer. Check the connection and try again.', field: null, code: 'NETWORK' };
}

/** Errors beside their fields, for a form of Mantine: one message per field, and the rest for the form as a whole. */
export function formErrors(
  error: unknown,
  fields: readonly string[],
): { errors: Record<string, string>; rest: string | null } {
  const { message, field } = problemOf(error);
  const own = fields.find((name) => field === name || field?.startsWith(`${name}.`));
  return own ? { errors: { [own]: message }, rest: null } : { errors: {}, rest: message };
}
