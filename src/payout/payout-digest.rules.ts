import { ERASED_TEXT, type SealKeys } from '../infra/security/encryption.js';
import { checkDigest, type DigestState, digestOf } from '../infra/security/keyed-digest.js';
import { conflict } from '../shared/errors.js';
import type { PayoutRequest } from './payout-request.entity.js';

const TERMS = 'payout request terms';
const DETAILS = 'payout request details';

/** The columns that the digests of a request bind. */
export type BoundRequest = Pick<PayoutRequest, 'id' | 'clipperId' | 'amount' | 'method' | 'sealedDetails'>;
export type DigestedRequest = BoundRequest & Pick<PayoutRequest, 'termsDigest' | 'detailsDigest'>;

/**
 * Fee and net are bound from the beginning, so that digests made today stay valid when requests have a fee of their
 * own.
 */
const termsOf = ({ id, clipperId, amount, method }: BoundRequest) => {
  const fee = 0n;
  return [id, clipperId, amount.toString(), fee.toString(), (amount - fee).toString(), method];
};

const detailsOf = ({ id, sealedDetails }: BoundRequest) => [id, sealedDetails];

/** Whether the details were deleted, with their digest. @see docs/domain.md U6 */
export const isErased = ({ sealedDetails }: Pick<PayoutRequest, 'sealedDetails'>) => sealedDetails === ERASED_TEXT;

/**
 * The two digests of a request, made with the current key; null without a key.
 * @see docs/domain.md F4
 */
export const digestsOf = (
  request: BoundRequest,
  keys: SealKeys,
): Pick<PayoutRequest, 'termsDigest' | 'detailsDigest'> => ({
  termsDigest: digestOf(keys, TERMS, termsOf(request)),
  detailsDigest: isErased(request) ? null : digestOf(keys, DETAILS, detailsOf(request)),
});

const STATES: Record<Exclude<DigestState, 'MATCHES' | 'NO_KEY'>, string> = {
  DIFFERS: 'does not match its digest',
  MISSING: 'has no digest: npm run seal makes it',
  UNKNOWN_KEY: 'has a digest of a key that is not in DATA_ENCRYPTION_KEY or DATA_ENCRYPTION_OLD_KEYS',
};

/** A digest of a request and what is wrong with it. */
export interface DigestProblem {
  what: 'terms' | 'details';
  state: keyof typeof STATES;
  /** As in "its amount, clipper or method does not match its digest". */
  text: string;
}

/**
 * What is wrong with the digests of a request; nothing when both match, or when there is no key to check them with.
 * @see docs/domain.md F4
 */
export function digestProblems(request: DigestedRequest, keys: SealKeys): DigestProblem[] {
  const terms = checkDigest(request.termsDigest, keys, TERMS, termsOf(request));
  const details = isErased(request) ? 'MATCHES' : checkDigest(request.detailsDigest, keys, DETAILS, detailsOf(request));
  const problem = (what: 'terms' | 'details', state: DigestState, subject: string): DigestProblem[] =>
    state === 'MATCHES' || state === 'NO_KEY' ? [] : [{ what, state, text: `${subject} ${STATES[state]}` }];
  return [
    ...problem('terms', terms, 'its clipper, amount or method'),
    ...problem('details', details, 'what says where to pay'),
  ];
}

/**
 * Refuses to go on with a request whose digests do not match.
 * @throws CONFLICT
 * @see docs/domain.md F4
 */
export function requireDigests(request: DigestedRequest, keys: SealKeys): void {
  const [problem] = digestProblems(request, keys);
  if (problem) throw conflict(`The payout request can only be rejected: ${problem.text}.`);
}
