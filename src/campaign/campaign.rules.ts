import { createHash } from 'node:crypto';
import { Platform } from '../platform/platform.js';
import { badInput, conflict } from '../shared/errors.js';
import { formatMoney, type Micros } from '../shared/money.js';
import { isPrintable } from '../shared/text.js';
import type { Campaign } from './campaign.entity.js';
import { CampaignStatus } from './campaign.enums.js';

const TITLE_LENGTH_LIMIT = 200;
const DESCRIPTION_LENGTH_LIMIT = 10_000;
const REQUIREMENTS_LIMIT = 50;
const REQUIREMENT_LENGTH_LIMIT = 500;
const AD_CAMPAIGN_ID_LENGTH_LIMIT = 100;
const CPM_LEAST = 1_000n;
const CPM_MOST = 10_000_000_000n;
/** A CPM has at most 3 decimals, so that pay per view is a whole number of micros. @see docs/domain.md M2 */
const CPM_STEP = 1_000n;
const AMOUNT_LEAST = 10_000n;
const AMOUNT_MOST = 1_000_000_000_000_000n;
const MIN_VIEWS_MOST = 1_000_000_000n;

/** What an admin sets of a campaign. */
export interface CampaignTerms {
  title: string;
  description: string;
  budget: Micros;
  cpm: Micros;
  platforms: Platform[];
  requirements: string[];
  minViews: bigint;
  maxEarningsPerClip: Micros | null;
  startsAt: Date | null;
  endsAt: Date | null;
  adCampaignId: string | null;
}

const OPEN: readonly CampaignStatus[] = [CampaignStatus.ACTIVE, CampaignStatus.PAUSED];
const NEXT: Record<CampaignStatus, readonly CampaignStatus[]> = {
  DRAFT: [CampaignStatus.SCHEDULED, CampaignStatus.ACTIVE, CampaignStatus.CANCELLED],
  SCHEDULED: [CampaignStatus.ACTIVE, CampaignStatus.DRAFT, CampaignStatus.CANCELLED],
  ACTIVE: [CampaignStatus.PAUSED, CampaignStatus.COMPLETED, CampaignStatus.CANCELLED],
  PAUSED: [CampaignStatus.ACTIVE, CampaignStatus.COMPLETED, CampaignStatus.CANCELLED],
  COMPLETED: [],
  CANCELLED: [],
};

/** ACTIVE or PAUSED. */
export const isOpen = (status: CampaignStatus) => OPEN.includes(status);

/** COMPLETED or CANCELLED. */
export const isEnded = (status: CampaignStatus) => NEXT[status].length === 0;

/** Whether its deadline has passed. No clip is accepted after it. @see docs/domain.md C6 */
export const isPastEnd = (campaign: Pick<Campaign, 'endsAt'>, now: Date) =>
  campaign.endsAt !== null && campaign.endsAt <= now;

/**
 * Refuses a change of status that is not one of C1, also to the status already held.
 * @throws CONFLICT
 */
export function requireTransition(campaign: Pick<Campaign, 'status'>, to: CampaignStatus): void {
  if (NEXT[campaign.status].includes(to)) return;
  throw conflict(`The campaign is ${campaign.status} and cannot become ${to}.`);
}

/**
 * The status that publishing leads to: SCHEDULED when its start is ahead, else ACTIVE.
 * @throws CONFLICT its deadline has passed
 * @see docs/domain.md C1
 */
export function publishedStatus(campaign: Pick<Campaign, 'startsAt' | 'endsAt'>, now: Date): CampaignStatus {
  if (isPastEnd(campaign, now)) throw conflict('Its deadline (endsAt) has passed: set a later one first.');
  return campaign.startsAt !== null && campaign.startsAt > now ? CampaignStatus.SCHEDULED : CampaignStatus.ACTIVE;
}

/**
 * Checks the form of terms; those absent are not looked at.
 * @returns the terms in their stored form (texts trimmed and normalised)
 * @throws BAD_USER_INPUT with the field and what it accepts
 * @see docs/domain.md M2, M3
 */
export function checkTerms<T extends Partial<CampaignTerms>>(terms: T): T {
  const { title, description, budget, cpm, platforms, requirements, minViews, maxEarningsPerClip, adCampaignId } =
    terms;
  requireRange('budget', budget, AMOUNT_LEAST, AMOUNT_MOST);
  requireRange('maxEarningsPerClip', maxEarningsPerClip, AMOUNT_LEAST, AMOUNT_MOST);
  requireRange('cpm', cpm, CPM_LEAST, CPM_MOST);
  if (cpm !== undefined && cpm % CPM_STEP !== 0n) throw badInput('input.cpm', 'cpm must have at most 3 decimals.');
  if (minViews !== undefined && (minViews < 0n || minViews > MIN_VIEWS_MOST))
    throw badInput('input.minViews', `minViews must be from 0 to ${MIN_VIEWS_MOST}.`);
  if (platforms && platforms.length === 0)
    throw badInput('input.platforms', `platforms must hold at least one of ${Object.values(Platform).join(', ')}.`);
  if (requirements && requirements.length > REQUIREMENTS_LIMIT)
    throw badInput('input.requirements', `requirements must be at most ${REQUIREMENTS_LIMIT}.`);
  return {
    ...terms,
    ...(title === undefined ? {} : { title: text('title', title, 1, TITLE_LENGTH_LIMIT) }),
    ...(description === undefined
      ? {}
      : { description: text('description', description, 0, DESCRIPTION_LENGTH_LIMIT) }),
    ...(platforms === undefined ? {} : { platforms: [...new Set(platforms)] }),
    ...(requirements === undefined
      ? {}
      : {
          requirements: requirements.map((each, index) =>
            text(`requirements.${index}`, each, 1, REQUIREMENT_LENGTH_LIMIT),
          ),
        }),
    ...(adCampaignId == null
      ? {}
      : { adCampaignId: text('adCampaignId', adCampaignId, 1, AD_CAMPAIGN_ID_LENGTH_LIMIT) }),
  };
}

function requireRange(field: string, amount: Micros | null | undefined, least: Micros, most: Micros): void {
  if (amount == null || (amount >= least && amount <= most)) return;
  throw badInput(`input.${field}`, `${field} must be from ${formatMoney(least)} to ${formatMoney(most)}.`);
}

function text(field: string, given: string, least: number, most: number): string {
  const kept = given.normalize('NFC').trim();
  if ([...kept].length >= least && isPrintable(kept, most)) return kept;
  throw badInput(
    `input.${field}`,
    `${field} must be a text of ${least} to ${most} characters without control characters.`,
  );
}

/**
 * Checks dates: an end lies after the start, and ahead when it is set.
 * @throws BAD_USER_INPUT
 * @see docs/domain.md C3
 */
export function checkDates(dates: Pick<CampaignTerms, 'startsAt' | 'endsAt'>, endIsSet: boolean, now: Date): void {
  const { startsAt, endsAt } = dates;
  if (!endsAt) return;
  if (endIsSet && endsAt <= now) throw badInput('input.endsAt', 'endsAt must be in the future.');
  if (startsAt && endsAt <= startsAt)
    throw badInput(endIsSet ? 'input.endsAt' : 'input.startsAt', 'endsAt must lie after startsAt.');
}

/**
 * Decides whether a change is allowed now.
 * @param spent what the campaign has spent, read under its lock
 * @throws CONFLICT after the end (except adCampaignId), a start moved after it, a budget not above what is spent
 * @see docs/domain.md C3
 */
export function requireChangeable(campaign: Campaign, change: Partial<CampaignTerms>, spent: Micros): void {
  const fields = Object.entries(change).flatMap(([name, value]) => (value === undefined ? [] : name));
  if (isEnded(campaign.status) && fields.some((name) => name !== 'adCampaignId')) {
    throw conflict(`The campaign is ${campaign.status}: only adCampaignId can still change.`);
  }
  if (
    isOpen(campaign.status) &&
    change.startsAt !== undefined &&
    change.startsAt?.getTime() !== campaign.startsAt?.getTime()
  ) {
    throw conflict('The campaign has started: startsAt can no longer change.');
  }
  if (change.budget !== undefined && change.budget < campaign.budget && change.budget <= spent) {
    throw conflict(`The budget can only be lowered to more than the ${formatMoney(spent)} that is spent.`);
  }
}

/** Stands for a text in rows that are never deleted: it tells that the text changed, and proves a copy of it. */
const digestOf = (text: string | undefined) =>
  text === undefined ? undefined : `sha256:${createHash('sha256').update(text).digest('hex')}`;

/**
 * The terms as events and the audit tell them: money as decimal strings, instants as texts, free texts as their
 * digests.
 * @see docs/domain.md U7
 */
export function describeTerms(terms: Partial<CampaignTerms>): Record<string, unknown> {
  const money = (amount: Micros | null | undefined) => (amount == null ? amount : formatMoney(amount));
  return {
    title: digestOf(terms.title),
    description: digestOf(terms.description),
    budget: money(terms.budget),
    cpm: money(terms.cpm),
    platforms: terms.platforms,
    requirements: terms.requirements?.map(digestOf),
    minViews: terms.minViews?.toString(),
    maxEarningsPerClip: money(terms.maxEarningsPerClip),
    startsAt: terms.startsAt?.toISOString() ?? terms.startsAt,
    endsAt: terms.endsAt?.toISOString() ?? terms.endsAt,
    adCampaignId: terms.adCampaignId,
  };
}
