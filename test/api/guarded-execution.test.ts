import { buildSchema, parse } from 'graphql';
import { type Asked, guardExecution } from '../../src/infra/graphql/guarded-execution.js';
import { viewerOf } from '../../src/user/grants.js';
import { Role } from '../../src/user/user.entity.js';

const schema = buildSchema('type Query { ping(n: Int): Int } type Mutation { ping: Int }');
const asked = (query: string, id: string | null, variables = {}): Asked => ({
  document: parse(query),
  request: { variables },
  queryHash: query,
  context: { viewer: id === null ? null : viewerOf({ id, role: Role.CLIPPER }) },
});
/** Operations that go on until `end`. */
function endless() {
  let running = 0;
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const run = guardExecution(schema, async () => {
    running += 1;
    await ended;
    return { data: { ping: 1 } };
  });
  return { run, running: () => running, end: () => end() };
}
const soon = () => new Promise((resolve) => setImmediate(resolve));

test('issue B8: ten operations of anonymous callers run at once, 500 wait, and the next is told to come again', async () => {
  const { run, running, end } = endless();
  const all = Array.from({ length: 510 }, () => run(asked('{ ping }', null)));
  await soon();
  expect(running()).toBe(10);
  const { errors, data } = await run(asked('{ ping }', null));
  expect(data).toBeUndefined();
  expect(errors?.[0]?.originalError).toMatchObject({ code: 'RATE_LIMITED', details: { retryAfterSeconds: 1 } });
  expect(errors?.[0]?.extensions.http).toMatchObject({ status: 429 });
  const signedIn = run(asked('{ ping }', 'ann'));
  await soon();
  expect(running()).toBe(11);
  end();
  expect((await Promise.all([...all, signedIn])).every((answer) => !answer.errors)).toBe(true);
  expect(running()).toBe(511);
});

test('issue B12: 16 mutations and 16 queries of one user run at once, 100 of each wait', async () => {
  const { run, running, end } = endless();
  const all = Array.from({ length: 116 }, () => run(asked('mutation { ping }', 'ann')));
  await soon();
  expect(running()).toBe(16);
  expect((await run(asked('mutation { ping }', 'ann'))).errors?.[0]?.originalError).toMatchObject({
    code: 'RATE_LIMITED',
  });
  all.push(run(asked('{ ping }', 'ann')), run(asked('mutation { ping }', 'bob')));
  await soon();
  expect(running()).toBe(18);
  end();
  await Promise.all(all);
});

test('operations with a large answer run two at once for anonymous callers and four for users; small ones go past them', async () => {
  const { run, running, end } = endless();
  const large = `{ ${Array.from({ length: 5_000 }, (_, n) => `a${n}: ping`).join(' ')} }`;
  const all = [null, null, null, 'ann', 'bob', 'cem', 'dan', 'eve'].map((id) => run(asked(large, id)));
  await soon();
  expect(running()).toBe(6);
  all.push(run(asked('{ ping }', null)), run(asked('{ ping }', 'ann')));
  await soon();
  expect(running()).toBe(8);
  end();
  expect((await Promise.all(all)).every((answer) => !answer.errors)).toBe(true);
});

test('what is wrong is refused before it takes anybody’s turn', async () => {
  const { run, running } = endless();
  const { errors } = await run(asked('query ($n: Int) { ping(n: $n) }', null, { n: 'x' }));
  expect([errors?.length, running()]).toEqual([1, 0]);
});
