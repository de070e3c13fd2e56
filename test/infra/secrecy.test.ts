import { createLogger, describeError } from '../../src/infra/observability/logger.js';
import {
  ERASED_TEXT,
  isSealedWithCurrent,
  type SealKeys,
  seal,
  unseal,
  unsealOrOpen,
} from '../../src/infra/security/encryption.js';
import { checkDigest, digestOf } from '../../src/infra/security/keyed-digest.js';

const KEY = Buffer.alloc(32, 1);
const OTHER = Buffer.alloc(32, 2);
const keys = (current?: Buffer, ...old: Buffer[]): SealKeys => ({ current, old });

test('what is sealed is read with the same key and owner alone', () => {
  const sealed = seal('me@example.com', 'row 1', keys(KEY));
  expect(sealed).not.toContain('example');
  expect(seal('me@example.com', 'row 1', keys(KEY))).not.toBe(sealed);
  expect(unseal(sealed, 'row 1', keys(KEY))).toBe('me@example.com');
  for (const [owner, key] of [
    ['row 2', KEY],
    ['row 1', OTHER],
    ['row 1', undefined],
  ] as const)
    expect(() => unseal(sealed, owner, keys(key))).toThrow('DATA_ENCRYPTION_KEY');
  expect(() => unseal(`${sealed.slice(0, -8)}AAAAAAA=`, 'row 1', keys(KEY))).toThrow('DATA_ENCRYPTION_KEY');
});

test('F4 an older key opens what it sealed, also what version 0.1.0 sealed without the id of its key', () => {
  const sealed = seal('me@example.com', 'row 1', keys(OTHER));
  const withoutId = sealed.replace(/^sealed:[0-9a-f]{16}:/, 'sealed:');
  expect(withoutId).not.toBe(sealed);
  for (const text of [sealed, withoutId]) {
    expect(unseal(text, 'row 1', keys(KEY, OTHER))).toBe('me@example.com');
    expect(isSealedWithCurrent(text, keys(KEY, OTHER))).toBe(false);
  }
  expect(isSealedWithCurrent(sealed, keys(OTHER))).toBe(true);
});

test('F4 what was stored before there was a key is refused once there is one, and opened only to be sealed', () => {
  const stored = seal('sealed:me', 'row', keys());
  expect(unseal(stored, 'row', keys())).toBe('sealed:me');
  expect(() => unseal(stored, 'row', keys(KEY))).toThrow('npm run seal');
  expect(unsealOrOpen(stored, 'row', keys(KEY))).toBe('sealed:me');
  expect(() => unsealOrOpen(ERASED_TEXT, 'row', keys(KEY))).toThrow('erased');
});

test('F4 a digest binds every text, its purpose and its key; texts do not run into each other', () => {
  const digest = digestOf(keys(KEY), 'a', ['ab', 'c']);
  const state = (current: Buffer | undefined, purpose: string, texts: string[], old: Buffer[] = []) =>
    checkDigest(digest, { current, old }, purpose, texts);
  expect(state(KEY, 'a', ['ab', 'c'])).toBe('MATCHES');
  expect(state(OTHER, 'a', ['ab', 'c'], [KEY])).toBe('MATCHES');
  expect(state(KEY, 'a', ['a', 'bc'])).toBe('DIFFERS');
  expect(state(KEY, 'b', ['ab', 'c'])).toBe('DIFFERS');
  expect(state(OTHER, 'a', ['ab', 'c'])).toBe('UNKNOWN_KEY');
  expect(state(undefined, 'a', ['ab', 'c'])).toBe('NO_KEY');
  expect(checkDigest(null, keys(KEY), 'a', [])).toBe('MISSING');
  expect(checkDigest('v1:x', keys(KEY), 'a', [])).toBe('DIFFERS');
  expect(digestOf(keys(), 'a', [])).toBeNull();
});

test('the log tells neither the row that the database refused nor the request that a library hung on its error', () => {
  const lines: string[] = [];
  const log = createLogger('info', { write: (line) => void lines.push(line) });
  const error = Object.assign(
    new Error('new row violates check "c"\n - detail: Failing row contains (1, me@\nexample.com).'),
    { code: '23514', detail: 'Failing row contains (1, me@example.com).', config: { headers: { a: 'Bearer abc' } } },
  );
  log.error({ err: error, details: 'me@example.com', user: { token: 'abc' } }, 'failed');
  log.error({ err: new Error('outer', { cause: error }) }, 'failed');
  const text = lines.join('\n');
  expect(text).toContain('new row violates check');
  expect(text).toContain('23514');
  expect(text).not.toMatch(/example|abc/);
  expect(describeError('no error')).toBe('no error');
});
