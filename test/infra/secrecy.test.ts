import { createLogger, tellError } from '../../src/infra/observability/logger.js';
import { seal, unseal } from '../../src/infra/security/encryption.js';

const KEY = Buffer.alloc(32, 1);
const OTHER = Buffer.alloc(32, 2);

test('what is sealed is read with the same key and owner alone', () => {
  const sealed = seal('me@example.com', 'row 1', KEY);
  expect(sealed).not.toContain('example');
  expect(seal('me@example.com', 'row 1', KEY)).not.toBe(sealed);
  expect(unseal(sealed, 'row 1', KEY)).toBe('me@example.com');
  for (const [owner, key] of [
    ['row 2', KEY],
    ['row 1', OTHER],
    ['row 1', undefined],
  ] as const)
    expect(() => unseal(sealed, owner, key)).toThrow('DATA_ENCRYPTION_KEY');
  expect(() => unseal(`${sealed.slice(0, -8)}AAAAAAA=`, 'row 1', KEY)).toThrow('DATA_ENCRYPTION_KEY');
});

test('what was stored before there was a key stays readable, even if it looks like something sealed', () => {
  expect(unseal(seal('sealed:me', 'row', undefined), 'row', KEY)).toBe('sealed:me');
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
  expect(tellError('no error')).toBe('no error');
});
