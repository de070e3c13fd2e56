import type { GraphQLResolveInfo } from 'graphql';
import { sql } from 'kysely';
import {
  Arg,
  Args,
  Authorized,
  Ctx,
  FieldResolver,
  Float,
  ID,
  Info,
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import type { RequestContext, Row } from '../infra/context.js';
import { checkSearch } from '../infra/database/search.js';
import { type Connection, connectionOf, IdArgs, type Order, pageOf, sliceOf } from '../infra/graphql/connection.js';
import { fieldsOfNodes, requestedColumns } from '../infra/graphql/requested-columns.js';
import { Money, SafeInt } from '../infra/graphql/scalars.js';
import { isId } from '../infra/identifier.js';
import { notFound } from '../shared/errors.js';
import { signedIn } from '../user/access.js';
import { Grant } from '../user/grants.js';
import { Campaign } from './campaign.entity.js';
import { CampaignOrder } from './campaign.enums.js';
import { CampaignsArgs, CreateCampaignInput, UpdateCampaignInput } from './campaign.inputs.js';
import { visibleCampaign } from './campaign.loaders.js';
import {
  createCampaign,
  deleteCampaign,
  pauseCampaign,
  publishCampaign,
  resumeCampaign,
  unpublishCampaign,
  updateCampaign,
} from './campaign.service.js';
import { type CampaignRow, campaignColumns, countCampaigns, findCampaigns } from './campaign.sql.js';
import { SubmissionCounts, submissionCounts } from './submission-counts.js';

const CampaignConnection = connectionOf('Campaign', () => Campaign);
const WHOLE_NUMBER = /^\d{1,18}$/;
const INSTANT = /^(infinity|[\d :.+-]{19,35})$/;

const ORDERS: Record<CampaignOrder, Order> = {
  CREATED_AT_DESC: { direction: 'desc', id: sql`c.id` },
  BUDGET_DESC: {
    direction: 'desc',
    id: sql`c.id`,
    value: { expression: sql`c.budget`, type: 'bigint', form: WHOLE_NUMBER },
  },
  CPM_DESC: { direction: 'desc', id: sql`c.id`, value: { expression: sql`c.cpm`, type: 'bigint', form: WHOLE_NUMBER } },
  ENDS_AT_ASC: {
    direction: 'asc',
    id: sql`c.id`,
    value: { expression: sql`coalesce(c.ends_at, 'infinity')`, type: 'timestamptz', form: INSTANT },
  },
};

/** A changed campaign as the viewer now sees it, its figures with it. */
export async function reload(context: RequestContext, id: string): Promise<CampaignRow> {
  const campaign = await context.load(visibleCampaign).clear(id).load(id);
  if (!campaign) throw notFound('Campaign');
  return campaign;
}

@Resolver(() => Campaign)
export class CampaignResolver {
  @Authorized(Grant.ANYONE)
  @Query(() => CampaignConnection, {
    description: 'Campaigns. Only admins see DRAFT ones. Admins and clippers with a submission see CANCELLED ones.',
  })
  async campaigns(
    @Args(() => CampaignsArgs) args: CampaignsArgs,
    @Ctx() { em, viewer }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<CampaignRow>> {
    const requested = requestedColumns(campaignColumns, fieldsOfNodes(info));
    const filter = { status: args.status, platform: args.platform, search: checkSearch(args.search) };
    const slice = sliceOf(args, ORDERS[args.orderBy ?? CampaignOrder.CREATED_AT_DESC]);
    const rows = await findCampaigns(em, filter, viewer, slice, requested);
    return pageOf(rows, slice, () => countCampaigns(em, filter, viewer));
  }

  @Authorized(Grant.ANYONE)
  @Query(() => Campaign, {
    nullable: true,
    description: 'A campaign; null when there is none that the viewer may see.',
  })
  async campaign(@Args(() => IdArgs) { id }: IdArgs, @Ctx() context: RequestContext): Promise<CampaignRow | null> {
    return isId(id) ? context.load(visibleCampaign).load(id) : null;
  }

  @FieldResolver(() => Money, {
    description: 'Sum of the earnings of its approved clips, exact at the moment of the answer.',
  })
  spent(@Root() campaign: Row<CampaignRow>): bigint {
    return campaign.totals.earnings;
  }

  @FieldResolver(() => Money, { description: 'budget - spent.' })
  remaining(@Root() campaign: Row<CampaignRow>): bigint {
    return campaign.budget - campaign.totals.earnings;
  }

  @FieldResolver(() => Float, { description: 'spent / budget, 0 to 1.' })
  progress(@Root() campaign: Row<CampaignRow>): number {
    return campaign.progress;
  }

  @FieldResolver(() => SafeInt, { description: 'High-water marks of its approved clips, baselines included.' })
  views(@Root() campaign: Row<CampaignRow>): bigint {
    return campaign.totals.views;
  }

  @FieldResolver(() => Int, { description: 'Its approved clips.' })
  clipCount(@Root() campaign: Row<CampaignRow>): number {
    return Number(campaign.totals.clipCount);
  }

  @FieldResolver(() => SubmissionCounts, { description: 'Its submissions by status.' })
  submissionCounts(@Root() campaign: Row<CampaignRow>): SubmissionCounts {
    return submissionCounts(campaign.totals);
  }

  @Authorized(Grant.ADMIN)
  @Mutation(() => Campaign, { description: 'Creates a campaign as a DRAFT. Admins only.' })
  async createCampaign(
    @Arg('input', () => CreateCampaignInput, { description: 'The new campaign.' }) input: CreateCampaignInput,
    @Ctx() context: RequestContext,
  ): Promise<CampaignRow> {
    const { id } = await createCampaign(context.em, context.deps, signedIn(context), input);
    return reload(context, id);
  }

  @Authorized(Grant.ADMIN)
  @Mutation(() => Campaign, { description: 'Changes a campaign; after its end only adCampaignId. Admins only.' })
  async updateCampaign(
    @Arg('id', () => ID, { description: 'The campaign.' }) id: string,
    @Arg('input', () => UpdateCampaignInput, { description: 'What changes.' }) input: UpdateCampaignInput,
    @Ctx() context: RequestContext,
  ): Promise<CampaignRow> {
    await updateCampaign(context.em, context.deps, signedIn(context), id, input);
    return reload(context, id);
  }

  @Authorized(Grant.ADMIN)
  @Mutation(() => Campaign, { description: 'DRAFT -> ACTIVE, or SCHEDULED when its start is ahead. Admins only.' })
  async publishCampaign(@Args(() => IdArgs) { id }: IdArgs, @Ctx() context: RequestContext): Promise<CampaignRow> {
    await publishCampaign(context.em, context.deps, signedIn(context), id);
    return reload(context, id);
  }

  @Authorized(Grant.ADMIN)
  @Mutation(() => Campaign, { description: 'SCHEDULED -> DRAFT. Admins only.' })
  async unpublishCampaign(@Args(() => IdArgs) { id }: IdArgs, @Ctx() context: RequestContext): Promise<CampaignRow> {
    await unpublishCampaign(context.em, context.deps, signedIn(context), id);
    return reload(context, id);
  }

  @Authorized(Grant.ADMIN)
  @Mutation(() => Campaign, { description: 'ACTIVE -> PAUSED. Admins only.' })
  async pauseCampaign(@Args(() => IdArgs) { id }: IdArgs, @Ctx() context: RequestContext): Promise<CampaignRow> {
    await pauseCampaign(context.em, context.deps, signedIn(context), id);
    return reload(context, id);
  }

  @Authorized(Grant.ADMIN)
  @Mutation(() => Campaign, { description: 'PAUSED -> ACTIVE. Admins only.' })
  async resumeCampaign(@Args(() => IdArgs) { id }: IdArgs, @Ctx() context: RequestContext): Promise<CampaignRow> {
    await resumeCampaign(context.em, context.deps, signedIn(context), id);
    return reload(context, id);
  }

  @Authorized(Grant.ADMIN)
  @Mutation(() => ID, { description: 'Deletes a DRAFT and returns its id. Admins only.' })
  deleteCampaign(@Args(() => IdArgs) { id }: IdArgs, @Ctx() context: RequestContext): Promise<string> {
    return deleteCampaign(context.em, context.deps, signedIn(context), id);
  }
}
