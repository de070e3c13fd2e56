import { Arg, Authorized, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { ConcurrencyLimit } from '../infra/concurrency-limit.js';
import type { RequestContext } from '../infra/context.js';
import { signedIn } from '../user/access.js';
import { limitRate } from '../user/limit-rate.js';
import { eraseUser } from './erase-user.service.js';
import { exportDataOf } from './export-data.service.js';

/** An export holds a connection while it reads everything: no more of them go on in one process. */
const EXPORTS = new ConcurrencyLimit({ atOnce: 2, waiting: 20, waitMs: 15_000 });

@Resolver()
export class PrivacyResolver {
  @Authorized()
  @Query(() => String, {
    description: 'Everything that is kept about the caller, as one JSON document: lists of rows, amounts as decimals.',
  })
  async exportMyData(@Ctx() context: RequestContext): Promise<string> {
    await limitRate(context, 'exportMyData');
    return EXPORTS.run(() => exportDataOf(context.em, context.deps, signedIn(context)));
  }

  @Authorized()
  @Mutation(() => ID, {
    description:
      'Erases all personal data of a user. It cannot be undone. Users may erase themselves, admins anyone. CONFLICT says what prevents it.',
  })
  eraseUser(
    @Arg('id', () => ID, { description: 'The user.' }) id: string,
    @Arg('forfeit', () => Boolean, {
      defaultValue: false,
      description: 'Gives up an available balance below the minimum of a payout.',
    })
    forfeit: boolean,
    @Ctx() context: RequestContext,
  ): Promise<string> {
    return eraseUser(context.em, context.deps, signedIn(context), { id, forfeit });
  }
}
