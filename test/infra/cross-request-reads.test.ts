import { AsyncLocalStorage } from 'node:async_hooks';
import { CrossRequestReads } from '../../src/infra/database/cross-request-reads.js';
import type { EntityManager } from '../../src/infra/database/database.js';

const em = {} as EntityManager;

/** A read whose statements end when they are told to. */
function heldRead() {
  const statements: { ids: readonly string[]; kind: string; end(): void; fail(error: Error): void }[] = [];
  const batch = (_em: EntityManager, ids: readonly string[], kind: string) =>
    new Promise<string[]>((resolve, reject) => {
      statements.push({ ids, kind, end: () => resolve(ids.map((id) => `${kind}:${id}`)), fail: reject });
    });
  return { statements, batch };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('what is asked for on an idle server goes at once, and alone', async () => {
  const [sharedReads, read] = [new CrossRequestReads(em), heldRead()];
  const answer = sharedReads.load(read, 'k', ['a', 'b']);
  expect(read.statements).toHaveLength(1);
  read.statements[0]?.end();
  expect(await answer).toEqual(['k:a', 'k:b']);
});

test('who asks while two statements are under way joins the next, and gets what they asked for in their order', async () => {
  const [sharedReads, read] = [new CrossRequestReads(em), heldRead()];
  const first = [sharedReads.load(read, 'k', ['a']), sharedReads.load(read, 'k', ['b'])];
  const later = [sharedReads.load(read, 'k', ['c', 'd']), sharedReads.load(read, 'k', ['d', 'a'])];
  read.statements[0]?.end();
  await settled();
  expect(read.statements.map((each) => each.ids)).toEqual([['a'], ['b'], ['c', 'd', 'a']]);
  for (const each of read.statements) each.end();
  expect(await Promise.all(later)).toEqual([
    ['k:c', 'k:d'],
    ['k:d', 'k:a'],
  ]);
  await Promise.all(first);
});

test('a statement that has been sent is never joined: what it reads may be older than the question', async () => {
  const [sharedReads, read] = [new CrossRequestReads(em), heldRead()];
  const before = sharedReads.load(read, 'k', ['a']);
  const after = sharedReads.load(read, 'k', ['a']);
  expect(read.statements).toHaveLength(2);
  for (const each of read.statements) each.end();
  await Promise.all([before, after]);
});

test('other arguments never share a statement', async () => {
  const [sharedReads, read] = [new CrossRequestReads(em), heldRead()];
  const answers = ['k', 'l', 'm'].map((kind) => sharedReads.load(read, kind, ['a']));
  expect(read.statements.map((each) => each.kind)).toEqual(['k', 'l', 'm']);
  for (const each of read.statements) each.end();
  expect(await Promise.all(answers)).toEqual([['k:a'], ['l:a'], ['m:a']]);
});

test('a slow statement does not hold up those that come after it', async () => {
  const [sharedReads, read] = [new CrossRequestReads(em), heldRead()];
  const slow = [sharedReads.load(read, 'k', ['a']), sharedReads.load(read, 'k', ['b'])];
  const late = sharedReads.load(read, 'k', ['c']);
  while (read.statements.length < 3) await new Promise((resolve) => setTimeout(resolve, 1));
  read.statements[2]?.end();
  expect(await late).toEqual(['k:c']);
  for (const each of read.statements) each.end();
  await Promise.all(slow);
});

test('what one of them asked for fails that one alone', async () => {
  const sharedReads = new CrossRequestReads(em);
  const asked: (readonly string[])[] = [];
  const read = {
    batch: async (_em: EntityManager, ids: readonly string[]) => {
      asked.push(ids);
      await settled();
      if (ids.includes('bad')) throw Object.assign(new Error('bad'), { code: '22P02' });
      return ids;
    },
  };
  const answers = await Promise.allSettled(
    [['a'], ['b'], ['c'], ['bad'], ['d']].map((ids) => sharedReads.load(read, '', ids)),
  );
  expect(answers.map((each) => each.status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  expect(asked).toContainEqual(['c', 'bad', 'd']);
});

test('a database that does not answer is not asked once more by each of those who wait', async () => {
  const [sharedReads, read] = [new CrossRequestReads(em), heldRead()];
  const answers = Promise.allSettled(['a', 'b', 'c', 'd'].map((id) => sharedReads.load(read, '', [id])));
  for (let failed = 0; failed < read.statements.length; failed += 1) {
    read.statements[failed]?.fail(Object.assign(new Error('too slow'), { code: '57014' }));
    await settled();
  }
  expect((await answers).map((each) => each.status)).toEqual(Array(4).fill('rejected'));
  expect(read.statements).toHaveLength(3);
});

test('a statement runs as a part of the first request that it answers', async () => {
  const requests = new AsyncLocalStorage<string>();
  const [sharedReads, seen] = [new CrossRequestReads(em), [] as (string | undefined)[]];
  const read = {
    batch: async (_em: EntityManager, ids: readonly string[]) => {
      seen.push(requests.getStore());
      await settled();
      return ids;
    },
  };
  await Promise.all(['r1', 'r2', 'r3', 'r4'].map((id) => requests.run(id, () => sharedReads.load(read, '', [id]))));
  expect(seen).toEqual(['r1', 'r2', 'r3']);
});

test('a statement is never given more than a thousand ids of several askers', async () => {
  const [sharedReads, read] = [new CrossRequestReads(em), heldRead()];
  const ids = (name: string, count: number) => Array.from({ length: count }, (_, index) => `${name}${index}`);
  const answers = ['a', 'b', 'c', 'd', 'e'].map((name) => sharedReads.load(read, '', ids(name, 400)));
  for (let done = 0; done < read.statements.length; done += 1) {
    read.statements[done]?.end();
    await settled();
  }
  await Promise.all(answers);
  expect(read.statements.map((each) => each.ids.length)).toEqual([400, 400, 800, 400]);
});
