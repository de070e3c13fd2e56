import { ConcurrencyLimit, ConcurrencyLimits } from '../../src/infra/concurrency-limit.js';

/** Work that goes on until it is told to end; remembers what has begun, in order. */
function works(limit: ConcurrencyLimit) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const start = (name: string, options = {}) =>
    limit.run(() => {
      begun.push(name);
      return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
    }, options);
  return { begun, start, end: (name: string) => ends.get(name)?.() };
}
const soon = () => new Promise((resolve) => setImmediate(resolve));

test('so many run at once, others follow in the order in which they came, and one may come before them', async () => {
  const limit = new ConcurrencyLimit({ atOnce: 2, waiting: 3, waitMs: 60_000 });
  const { begun, start, end } = works(limit);
  const all = [start('a'), start('b'), start('c'), start('d'), start('urgent', { first: true })];
  expect(begun).toEqual(['a', 'b']);
  await expect(start('one too many')).rejects.toMatchObject({
    code: 'RATE_LIMITED',
    details: { retryAfterSeconds: 1 },
  });
  for (const name of ['b', 'urgent', 'a', 'c', 'd']) {
    end(name);
    await soon();
  }
  expect(begun).toEqual(['a', 'b', 'urgent', 'c', 'd']);
  expect(await Promise.all(all)).toHaveLength(5);
  expect(limit.isIdle).toBe(true);
});

test('who waits too long is refused, and their place goes to nobody', async () => {
  const limit = new ConcurrencyLimit({ atOnce: 1, waiting: 5, waitMs: 60_000 });
  const { begun, start, end } = works(limit);
  const first = start('a');
  await expect(start('impatient', { waitMs: 5 })).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  const second = start('b');
  end('a');
  await first;
  end('b');
  await second;
  expect([begun, limit.isIdle]).toEqual([['a', 'b'], true]);
});

test('work that fails gives its place back', async () => {
  const limit = new ConcurrencyLimit({ atOnce: 1, waiting: 0, waitMs: 1 });
  await expect(limit.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await limit.run(async () => 'yes')).toBe('yes');
});

test('each key has places of its own', async () => {
  const limits = new ConcurrencyLimits({ atOnce: 1, waiting: 0, waitMs: 1 });
  let end: () => void = () => undefined;
  const first = limits.run('a', () => new Promise<void>((resolve) => (end = resolve)));
  await expect(limits.run('a', async () => 'again')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  expect(await limits.run('b', async () => 'other')).toBe('other');
  end();
  await first;
  expect(await limits.run('a', async () => 'again')).toBe('again');
});
