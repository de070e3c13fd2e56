import fc from 'fast-check';
import { ERASED_TEXT, keyIdOf, type SealKeys } from '../../src/infra/security/encryption.js';
import { keyedHash } from '../../src/infra/security/keyed-digest.js';
import { PayoutMethod } from '../../src/payout/payout.enums.js';
import {
  type BoundRequest,
  type DigestedRequest,
  digestProblems,
  digestsOf,
  isErased,
  requireDigests,
} from '../../src/payout/payout-digest.rules.js';
import { refusalOf } from '../support/refusal.js';

const KEYS: SealKeys = { current: Buffer.alloc(32, 1), old: [] };
const NEW_KEYS: SealKeys = { current: Buffer.alloc(32, 2), old: [Buffer.alloc(32, 1)] };
const OTHER_KEYS: SealKeys = { current: Buffer.alloc(32, 3), old: [] };
const NO_KEYS: SealKeys = { current: undefined, old: [] };
const REQUEST: BoundRequest = {
  id: 'r',
  clipperId: 'c',
  amount: 20_000_000n,
  method: PayoutMethod.PAYPAL,
  sealedDetails: 'sealed',
};
const digested = (change: Partial<DigestedRequest> = {}, keys = KEYS): DigestedRequest => ({
  ...REQUEST,
  ...digestsOf(REQUEST, keys),
  ...change,
});
const found = (request: DigestedRequest, keys = KEYS) =>
  digestProblems(request, keys).map(({ what, state }) => `${what} ${state}`);

const CASES: [string, Partial<DigestedRequest>, string[]][] = [
  ['nothing changed', {}, []],
  ['another id', { id: 'r2' }, ['terms DIFFERS', 'details DIFFERS']],
  ['another clipper', { clipperId: 'c2' }, ['terms DIFFERS']],
  ['another amount', { amount: 20_000_001n }, ['terms DIFFERS']],
  ['another method', { method: PayoutMethod.CRYPTO }, ['terms DIFFERS']],
  ['other details', { sealedDetails: 'sealed too' }, ['details DIFFERS']],
  ['no digest of the terms', { termsDigest: null }, ['terms MISSING']],
  ['no digest of the details', { detailsDigest: null }, ['details MISSING']],
  ['the digests exchanged', { detailsDigest: digested().termsDigest }, ['details DIFFERS']],
  ['details that were erased', { sealedDetails: ERASED_TEXT, detailsDigest: null }, []],
  ['erased details, and another amount', { sealedDetails: ERASED_TEXT, amount: 1n }, ['terms DIFFERS']],
];
test.each(CASES)('F4 with %s the digests of a request tell what is wrong', (_what, change, problems) => {
  const request = digested(change);
  expect(found(request)).toEqual(problems);
  expect(refusalOf(() => requireDigests(request, KEYS))).toBe(problems.length > 0 ? 'CONFLICT' : 'accepted');
});

test('F4 digests of an old key match, of an unknown key they do not, and without a key nothing is said', () => {
  expect(found(digested(), NEW_KEYS)).toEqual([]);
  expect(found(digested(), OTHER_KEYS)).toEqual(['terms UNKNOWN_KEY', 'details UNKNOWN_KEY']);
  expect(found(digested({ amount: 1n, termsDigest: null }), NO_KEYS)).toEqual([]);
  expect(digestsOf(REQUEST, NO_KEYS)).toEqual({ termsDigest: null, detailsDigest: null });
});

test('F4 a problem is told in words, the refusal with the first of them', () => {
  const request = digested({ amount: 1n, detailsDigest: null });
  expect(digestProblems(request, KEYS).map(({ text }) => text)).toEqual([
    'its clipper, amount or method does not match its digest',
    'what says where to pay has no digest: npm run seal makes it',
  ]);
  expect(() => requireDigests(request, KEYS)).toThrow(/its clipper, amount or method does not match its digest/);
});

test('U6 erased details have no digest', () => {
  const erased = { ...REQUEST, sealedDetails: ERASED_TEXT };
  expect([isErased(erased), isErased(REQUEST)]).toEqual([true, false]);
  expect(digestsOf(erased, KEYS).detailsDigest).toBeNull();
  expect(digestsOf(REQUEST, KEYS).detailsDigest).toMatch(/^v1:[0-9a-f]{16}:[0-9a-f]{64}$/);
});

test('F4 two requests have the same digest of their terms only if these are the same', () => {
  const request = fc.record({
    id: fc.string(),
    clipperId: fc.string(),
    amount: fc.bigInt({ min: 1n, max: 10n ** 15n }),
    method: fc.constantFrom(...Object.values(PayoutMethod)),
    sealedDetails: fc.string(),
  });
  fc.assert(
    fc.property(request, request, (one, other) => {
      const same = (['id', 'clipperId', 'amount', 'method'] as const).every((name) => one[name] === other[name]);
      expect(digestsOf(one, KEYS).termsDigest === digestsOf(other, KEYS).termsDigest).toBe(same);
      expect(found({ ...one, ...digestsOf(one, KEYS) })).toEqual([]);
    }),
  );
});

test('F4 a digest stays valid: it binds id, clipper, amount, no fee, the net amount and the method', () => {
  const key = Buffer.alloc(32, 1);
  const terms = keyedHash(key, 'payout request terms', ['r', 'c', '20000000', '0', '20000000', 'PAYPAL']);
  const details = keyedHash(key, 'payout request details', ['r', 'sealed']);
  const [termsDigest, detailsDigest] = [terms, details].map((hash) => `v1:${keyIdOf(key)}:${hash}`);
  expect(digestsOf(REQUEST, KEYS)).toEqual({ termsDigest, detailsDigest });
});
