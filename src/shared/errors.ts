/** The codes a client may see in `extensions.code`. */
export type ErrorCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'BAD_USER_INPUT'
  | 'CONFLICT'
  | 'INSUFFICIENT_BALANCE'
  | 'UPSTREAM_UNAVAILABLE'
  | 'RATE_LIMITED'
  | 'QUERY_TOO_COMPLEX'
  | 'BAD_REQUEST'
  | 'PERSISTED_QUERY_NOT_FOUND'
  | 'PERSISTED_QUERY_NOT_SUPPORTED'
  | 'INTERNAL_SERVER_ERROR';

export interface ErrorDetails {
  /** Path of the input that is wrong, as in "input.budget". */
  field?: string;
  /** Seconds after which a refused call may be tried again. */
  retryAfterSeconds?: number;
}

/** A refusal that a caller sees: its code, a message that says what would be accepted, and its details. */
export class DomainError extends Error {
  override readonly name = 'DomainError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: ErrorDetails = {},
  ) {
    super(message);
  }
}

/** The caller sent no token, or one that is not accepted. */
export const unauthenticated = (message = 'Sign in: send a valid token as "Authorization: Bearer <token>".') =>
  new DomainError('UNAUTHENTICATED', message);

/** The caller is known, and may not do this. */
export const forbidden = (message: string) => new DomainError('FORBIDDEN', message);

/** The thing does not exist, or the caller may not know that it does. */
export const notFound = (thing: string) => new DomainError('NOT_FOUND', `${thing} not found.`);

/** The form of an input is wrong; the message says what would be accepted. */
export const badInput = (field: string, message: string) => new DomainError('BAD_USER_INPUT', message, { field });

/** The state of things does not allow the change. */
export const conflict = (message: string) => new DomainError('CONFLICT', message);

/** The balance does not hold as much; the message says how much it holds. */
export const insufficientBalance = (message: string) => new DomainError('INSUFFICIENT_BALANCE', message);

/** An outside source did not answer in time. */
export const upstreamUnavailable = (message: string) => new DomainError('UPSTREAM_UNAVAILABLE', message);

/** Too many calls; the same call is accepted after the given number of seconds. */
export const rateLimited = (message: string, retryAfterSeconds: number) =>
  new DomainError('RATE_LIMITED', message, { retryAfterSeconds });
