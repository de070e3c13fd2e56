import { sql } from 'kysely';
import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { RequestContext, Row } from '../infra/context.js';
import {
  type Connection,
  connectionOf,
  IdArgs,
  newestFirst,
  PageArgs,
  pageOf,
  sliceOf,
} from '../infra/graphql/connection.js';
import { isId } from '../infra/identifier.js';
import { badInput } from '../shared/errors.js';
import { ownsOrAdmin, signedIn } from '../user/access.js';
import { Grant } from '../user/grants.js';
import { limitRate } from '../user/limit-rate.js';
import { User } from '../user/user.entity.js';
import { userById } from '../user/user.loaders.js';
import {
  approvePayoutRequest,
  completePayoutRequest,
  rejectPayoutRequest,
  returnPayout,
} from './decide-payout.service.js';
import { Payout } from './payout.entity.js';
import { PayoutRequestsArgs, PayoutsArgs, RequestPayoutInput } from './payout.inputs.js';
import { payoutById, payoutOfRequest, payoutsOfClipper, requestsOfClipper } from './payout.loaders.js';
import { countPayouts, countRequests, findPayoutPage, findRequestPage, findRequests } from './payout.sql.js';
import { detailsOfRequest } from './payout-details.service.js';
import { PayoutRequest } from './payout-request.entity.js';
import { cancelPayoutRequest, requestPayout } from './request-payout.service.js';

const PayoutRequestConnection = connectionOf('PayoutRequest', () => PayoutRequest);
const PayoutConnection = connectionOf('Payout', () => Payout);

@Resolver(() => PayoutRequest)
export class PayoutRequestResolver {
  @Authorized(Grant.ADMIN)
  @Query(() => PayoutRequestConnection, { description: 'Payout requests, newest first. Admins only.' })
  async payoutRequests(
    @Args(() => PayoutRequestsArgs) args: PayoutRequestsArgs,
    @Ctx() { em }: RequestContext,
  ): Promise<Connection<PayoutRequest>> {
    const { status, clipperId } = args;
    const slice = sliceOf(args, newestFirst(sql`r.id`));
    if (clipperId != null && !isId(clipperId)) return pageOf([], slice, async () => 0);
    const filter = { status, clipperId };
    return pageOf(await findRequestPage(em, filter, slice), slice, () => countRequests(em, filter));
  }

  @Authorized(Grant.OWNER, Grant.ADMIN)
  @Query(() => PayoutRequest, {
    nullable: true,
    description: 'A payout request, for its clipper and for admins; null for anyone else.',
  })
  async payoutRequest(
    @Args(() => IdArgs) { id }: IdArgs,
    @Ctx() { em, viewer }: RequestContext,
  ): Promise<PayoutRequest | null> {
    const [request] = isId(id) ? await findRequests(em, [id]) : [];
    return request && ownsOrAdmin(viewer, request.clipperId) ? request : null;
  }

  @FieldResolver(() => User, { description: 'Who is to be paid.' })
  clipper(@Root() request: Row<PayoutRequest>, @Ctx() { load }: RequestContext): Promise<User | null> {
    return load(userById).load(request.clipperId);
  }

  @FieldResolver(() => String, {
    description:
      'Where to pay: a PayPal address, an IBAN, ... Each read by an admin is audited, once an hour. CONFLICT when a digest does not match: such a request can only be rejected.',
  })
  details(@Root() request: Row<PayoutRequest>, @Ctx() { load }: RequestContext): Promise<string | Error> {
    return load(detailsOfRequest).load(request.id);
  }

  @FieldResolver(() => Payout, { nullable: true, description: 'The payment that was made; null until then.' })
  payout(@Root() request: Row<PayoutRequest>, @Ctx() { load }: RequestContext): Promise<Payout | null> {
    return load(payoutOfRequest).load(request.id);
  }

  @Authorized()
  @Mutation(() => PayoutRequest, { description: 'Asks to be paid from one’s available balance.' })
  async requestPayout(
    @Arg('input', () => RequestPayoutInput, { description: 'How much, how and where.' }) input: RequestPayoutInput,
    @Ctx() context: RequestContext,
  ): Promise<PayoutRequest> {
    await limitRate(context, 'requestPayout');
    return requestPayout(context.em, context.deps, signedIn(context), input);
  }

  @Authorized(Grant.OWNER)
  @Mutation(() => PayoutRequest, { description: 'Cancels one’s own request while it is PENDING.' })
  cancelPayoutRequest(@Args(() => IdArgs) { id }: IdArgs, @Ctx() context: RequestContext): Promise<PayoutRequest> {
    return cancelPayoutRequest(context.em, context.deps, signedIn(context), id);
  }

  @Authorized(Grant.ADMIN)
  @Mutation(() => PayoutRequest, { description: 'PENDING -> APPROVED. Admins only.' })
  approvePayoutRequest(@Args(() => IdArgs) { id }: IdArgs, @Ctx() context: RequestContext): Promise<PayoutRequest> {
    return approvePayoutRequest(context.em, context.deps, signedIn(context), id);
  }

  @Authorized(Grant.ADMIN)
  @Mutation(() => PayoutRequest, { description: 'PENDING or APPROVED -> REJECTED. Admins only.' })
  rejectPayoutRequest(
    @Arg('id', () => ID, { description: 'The request.' }) id: string,
    @Arg('note', () => String, { description: 'Why, to the clipper: 1 to 1,000 characters.' }) note: string,
    @Ctx() context: RequestContext,
  ): Promise<PayoutRequest> {
    return rejectPayoutRequest(context.em, context.deps, signedIn(context), id, note);
  }

  @Authorized(Grant.ADMIN)
  @Mutation(() => PayoutRequest, {
    description: 'APPROVED -> COMPLETED. Safe to repeat with the same transaction id. Admins only.',
  })
  completePayoutRequest(
    @Arg('id', () => ID, { description: 'The request.' }) id: string,
    @Arg('transactionId', () => String, { description: 'Identifier of the payment made: 1 to 200 characters.' })
    transactionId: string,
    @Ctx() context: RequestContext,
  ): Promise<PayoutRequest> {
    return completePayoutRequest(context.em, context.deps, signedIn(context), id, transactionId);
  }

  @Authorized(Grant.ADMIN)
  @Mutation(() => PayoutRequest, {
    description: "Records that a payment came back. The money returns to the clipper's balance. Admins only.",
  })
  returnPayout(
    @Arg('id', () => ID, { description: 'The payout, or its request.' }) id: string,
    @Arg('note', () => String, { description: 'Why, to the clipper: 1 to 1,000 characters.' }) note: string,
    @Ctx() context: RequestContext,
  ): Promise<PayoutRequest> {
    return returnPayout(context.em, context.deps, signedIn(context), id, note);
  }
}

@Resolver(() => Payout)
export class PayoutResolver {
  @Authorized(Grant.ADMIN)
  @Query(() => PayoutConnection, { description: 'Payments made, newest first. Admins only.' })
  async payouts(
    @Args(() => PayoutsArgs) args: PayoutsArgs,
    @Ctx() { em }: RequestContext,
  ): Promise<Connection<Payout>> {
    const { clipperId, method, from, to } = args;
    const slice = sliceOf(args, newestFirst(sql`p.id`));
    if (from && to && from > to) throw badInput('to', 'to must be a day on or after from.');
    if (clipperId != null && !isId(clipperId)) return pageOf([], slice, async () => 0);
    const filter = { clipperId, method, from, to };
    return pageOf(await findPayoutPage(em, filter, slice), slice, () => countPayouts(em, filter));
  }

  @Authorized(Grant.OWNER, Grant.ADMIN)
  @Query(() => Payout, {
    nullable: true,
    description: 'A payment made, for its clipper and for admins; null for anyone else.',
  })
  async payout(@Args(() => IdArgs) { id }: IdArgs, @Ctx() { load, viewer }: RequestContext): Promise<Payout | null> {
    const payout = isId(id) ? await load(payoutById).load(id) : null;
    return payout && ownsOrAdmin(viewer, payout.clipperId) ? payout : null;
  }

  @FieldResolver(() => User, { description: 'Who was paid.' })
  clipper(@Root() payout: Row<Payout>, @Ctx() { load }: RequestContext): Promise<User | null> {
    return load(userById).load(payout.clipperId);
  }
}

@Resolver(() => User)
export class UserPayoutsResolver {
  @FieldResolver(() => PayoutRequestConnection, { description: 'Their payout requests, newest first.' })
  payoutRequests(
    @Root() user: Row<User>,
    @Args(() => PageArgs) { first, after }: PageArgs,
    @Ctx() { load }: RequestContext,
  ): Promise<Connection<PayoutRequest>> {
    return load(requestsOfClipper).load({ parentId: user.id, args: { first, after } });
  }

  @FieldResolver(() => PayoutConnection, { description: 'Payments made to them, newest first.' })
  payouts(
    @Root() user: Row<User>,
    @Args(() => PageArgs) { first, after }: PageArgs,
    @Ctx() { load }: RequestContext,
  ): Promise<Connection<Payout>> {
    return load(payoutsOfClipper).load({ parentId: user.id, args: { first, after } });
  }
}
