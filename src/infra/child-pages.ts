import { groupBy, inOrderOf } from '../shared/batching.js';
import { type Connection, type Order, pageOf, type Slice, sliceOf } from './connection.js';
import type { LoaderDefinition, RequestContext } from './context.js';
import type { EntityManager } from './database.js';
import { defineLoader } from './loader.js';

/** Asks for one page of the children of one parent. */
export interface ChildPageKey<Args> {
  parentId: string;
  args: Args & { first?: number | null; after?: string | null };
}

export interface ChildPages<Row, Args> {
  name: string;
  order: Order;
  /** One statement for the pages of all parents (a lateral join over them); rows name their parent. */
  rows(
    em: EntityManager,
    parentIds: string[],
    slice: Slice,
    args: Args,
    context: RequestContext,
  ): Promise<(Row & { parentId: string; cursor: string })[]>;
  /** One statement that counts the children of all parents. */
  counts(
    em: EntityManager,
    parentIds: string[],
    args: Args,
    context: RequestContext,
  ): Promise<{ parentId: string; count: bigint }[]>;
}

/**
 * A loader of connections below a page of parents: as many statements for N parents as for one.
 * Parents that are asked for other pages or filters (aliases) get a statement of their own.
 */
export function defineChildPages<Row extends object, Args extends object>(
  pages: ChildPages<Row, Args>,
): LoaderDefinition<ChildPageKey<Args>, Connection<Row>> {
  const identify = (key: ChildPageKey<Args>) => `${key.parentId} ${JSON.stringify(key.args)}`;
  const counter = defineLoader<ChildPageKey<Args>, number>(
    `${pages.name} count`,
    async (em, keys, context) =>
      perArguments(keys, async (parentIds, args) => {
        const counts = await pages.counts(em, parentIds, args, context);
        return inOrderOf(parentIds, counts, (row) => row.parentId, null).map((row) => Number(row?.count ?? 0n));
      }),
    (key) => `${key.parentId} ${JSON.stringify({ ...key.args, first: undefined, after: undefined })}`,
  );
  return defineLoader(
    pages.name,
    async (em, keys, context) =>
      perArguments(keys, async (parentIds, args) => {
        const slice = sliceOf(args, pages.order);
        const rows = groupBy(await pages.rows(em, parentIds, slice, args, context), (row) => row.parentId);
        return parentIds.map((parentId) =>
          pageOf<Row>(rows.get(parentId) ?? [], slice, () => context.load(counter).load({ parentId, args })),
        );
      }),
    identify,
  );
}

async function perArguments<Args, V>(
  keys: readonly ChildPageKey<Args>[],
  answer: (parentIds: string[], args: ChildPageKey<Args>['args']) => Promise<V[]>,
): Promise<V[]> {
  const answers = new Map<ChildPageKey<Args>, V>();
  for (const group of groupBy(keys, (key) => JSON.stringify(key.args)).values()) {
    const args = group[0]?.args;
    if (!args) continue;
    const values = await answer(
      group.map((key) => key.parentId),
      args,
    );
    group.forEach((key, index) => {
      answers.set(key, values[index] as V);
    });
  }
  return keys.map((key) => answers.get(key) as V);
}
