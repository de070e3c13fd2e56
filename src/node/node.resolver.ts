import { Arg, Args, Authorized, Ctx, ID, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../infra/context.js';
import { IdArgs } from '../infra/graphql/connection.js';
import { defineLoader } from '../infra/graphql/loader.js';
import { Node } from '../infra/graphql/node.js';
import { isId } from '../infra/identifier.js';
import { inOrderOf } from '../shared/batching.js';
import { badInput } from '../shared/errors.js';
import { Grant } from '../user/grants.js';
import { findTypes } from './node.sql.js';
import { findNode, NODE_KINDS } from './node-kinds.js';

const IDS_LIMIT = 100;

const typeOfId = defineLoader<string | null>('type of an id', async (em, ids) => {
  const types = await findTypes(em, NODE_KINDS, ids);
  return inOrderOf(ids, types, ({ id }) => id, null).map((found) => found?.type ?? null);
});

async function nodeById(context: RequestContext, id: string): Promise<Node | null> {
  if (!isId(id)) return null;
  const type = await context.load(typeOfId).load(id);
  return type === null ? null : ((await findNode(context, type, id)) as Node | null);
}

@Resolver()
export class NodeResolver {
  @Authorized(Grant.ANYONE)
  @Query(() => Node, {
    nullable: true,
    description: 'Anything that has an id, under the rules of its type; null for what the caller may not see.',
  })
  node(@Args(() => IdArgs) { id }: IdArgs, @Ctx() context: RequestContext): Promise<Node | null> {
    return nodeById(context, id);
  }

  @Authorized(Grant.ANYONE)
  @Query(() => [Node], {
    nullable: 'items',
    description: 'The same for many ids, in their order; null for each that the caller may not see.',
  })
  nodes(
    @Arg('ids', () => [ID], { description: 'At most 100.' }) ids: string[],
    @Ctx() context: RequestContext,
  ): Promise<(Node | null)[]> {
    if (ids.length > IDS_LIMIT) throw badInput('ids', `ids must be at most ${IDS_LIMIT} identifiers.`);
    return Promise.all(ids.map((id) => nodeById(context, id)));
  }
}
