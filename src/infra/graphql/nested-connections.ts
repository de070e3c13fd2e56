import { groupBy, inOrderOf } from '../../shared/batching.js';
import type { LoaderDefinition } from '../context.js';
import type { EntityManager } from '../database/database.js';
import { type Connection, type Order, pageOf, type Slice, sliceOf } from './connection.js';
import { defineRequestLoader } from './loader.js';

/** Asks for one page of the children of one parent. */
export interface NestedConnectionKey<Args> {
  parentId: string;
  args: Args & { first?: number | null; after?: string | null };
}

export interface NestedConnection<Row, Args> {
  name: string;
  order: Order;
  /** One statement for the pages of all parents (a lateral join over them); rows name their parent. */
  rows(
    em: EntityManager,
    parentIds: string[],
    slice: Slice,
    args: Args,
  ): Promise<(Row & { parentId: string; cursor: string })[]>;
  /** One statement that counts the children of all parents. */
  counts(em: EntityManager, parentIds: string[], args: Args): Promise<{ parentId: string; count: bigint }[]>;
}

/**
 * A loader of connections below a page of parents: as many statements for N parents as for one, shared with other
 * requests. Parents that are asked for other pages or filters (aliases) get a statement of their own.
 */
export function defineNestedConnection<Row extends object, Args extends object>(
  pages: NestedConnection<Row, Args>,
): LoaderDefinition<NestedConnectionKey<Args>, Connection<Row>> {
  type PageArgs = NestedConnectionKey<Args>['args'];
  const counts = {
    batch: async (em: EntityManager, parentIds: readonly string[], kind: string) => {
      const rows = await pages.counts(em, [...parentIds], JSON.parse(kind) as Args);
      return inOrderOf(parentIds, rows, (row) => row.parentId, null).map((row) => Number(row?.count ?? 0n));
    },
  };
  const lists = {
    batch: async (em: EntityManager, parentIds: readonly string[], kind: string) => {
      const args = JSON.parse(kind) as PageArgs;
      const rows = await pages.rows(em, [...parentIds], sliceOf(args, pages.order), args);
      const byParent = groupBy(rows, (row) => row.parentId);
      return parentIds.map((parentId) => byParent.get(parentId) ?? []);
    },
  };
  const counter = defineRequestLoader<NestedConnectionKey<Args>, number>(
    `${pages.name} count`,
    (_em, keys, { sharedReads }) =>
      perArguments(
        keys,
        ({ first: _first, after: _after, ...args }) => JSON.stringify(args),
        (kind, parentIds) => sharedReads.load(counts, kind, parentIds),
      ),
    (key) => `${key.parentId} ${JSON.stringify({ ...key.args, first: undefined, after: undefined })}`,
  );
  return defineRequestLoader(
    pages.name,
    async (_em, keys, { sharedReads, load }) =>
      perArguments(keys, JSON.stringify, async (kind, parentIds, args) => {
        const slice = sliceOf(args, pages.order);
        const found = await sharedReads.load(lists, kind, parentIds);
        return found.map((rows, index) =>
          pageOf<Row>(rows, slice, () => load(counter).load({ parentId: parentIds[index] as string, args })),
        );
      }),
    (key) => `${key.parentId} ${JSON.stringify(key.args)}`,
  );
}

/** The answers for keys, those of the same kind of arguments together. */
async function perArguments<Args, V>(
  keys: readonly NestedConnectionKey<Args>[],
  kindOf: (args: NestedConnectionKey<Args>['args']) => string,
  answer: (kind: string, parentIds: string[], args: NestedConnectionKey<Args>['args']) => Promise<readonly V[]>,
): Promise<V[]> {
  const answers = new Map<NestedConnectionKey<Args>, V>();
  const groups = groupBy(keys, (key) => kindOf(key.args));
  await Promise.all(
    [...groups].map(async ([kind, group]) => {
      const [{ args }] = group as [NestedConnectionKey<Args>];
      const values = await answer(
        kind,
        group.map((key) => key.parentId),
        args,
      );
      group.forEach((key, index) => {
        answers.set(key, values[index] as V);
      });
    }),
  );
  return keys.map((key) => answers.get(key) as V);
}
