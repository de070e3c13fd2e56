import { CampaignEventType } from '../campaign/campaign-event.entity.js';
import { allot, type Claim, type ClipAccount, claimOf, type Share } from '../earnings/settlement/allotment.rules.js';
import { formatMoney, parseMoney } from '../shared/money.js';

/** A clip as the replay knows it. */
interface ReplayedClip extends ClipAccount {
  /** toViews of its last accrual; its baseline before the first. */
  lastToViews: bigint;
  revoked: boolean;
}

/** A campaign as its events have made it so far: no larger than its clips, however long its history. */
export interface ReplayedCampaign {
  budget: bigint;
  spent: bigint;
  /** Terms and baselines of submissions that are no clip yet. */
  submissions: Map<string, Omit<ClipAccount, 'clipId' | 'views' | 'earnings'>>;
  clips: Map<string, ReplayedClip>;
}

export const emptyCampaign = (): ReplayedCampaign => ({
  budget: 0n,
  spent: 0n,
  submissions: new Map(),
  clips: new Map(),
});

export interface ReplayedEvent {
  type: CampaignEventType;
  content: Record<string, unknown>;
}

const text = (value: unknown) => (typeof value === 'string' ? value : '');
const whole = (value: unknown) => BigInt(text(value) || 0);

/**
 * What an event does to terms, submissions and clips. Rounds and revocations move money: they have functions of their
 * own.
 * @see docs/domain.md V3
 */
export function applyEvent(campaign: ReplayedCampaign, { type, content }: ReplayedEvent): void {
  if (type === CampaignEventType.CREATED) campaign.budget = parseMoney(text(content.budget)) ?? 0n;
  if (type === CampaignEventType.TERMS_CHANGED) {
    const after = content.after as Record<string, unknown>;
    campaign.budget = parseMoney(text(after.budget)) ?? campaign.budget;
  }
  const submissionId = text(content.submissionId);
  if (type === CampaignEventType.SUBMITTED)
    campaign.submissions.set(submissionId, {
      initialViews: whole(content.initialViews),
      cpm: whole(content.cpm),
      minViews: whole(content.minViews),
      maxEarnings: content.maxEarnings == null ? null : whole(content.maxEarnings),
    });
  if (type === CampaignEventType.APPROVED) approve(campaign, submissionId, text(content.clipId));
}

function approve(campaign: ReplayedCampaign, submissionId: string, clipId: string): void {
  const terms = campaign.submissions.get(submissionId);
  if (!terms) return;
  const { initialViews } = terms;
  const clip = { ...terms, clipId, views: initialViews, earnings: 0n, lastToViews: initialViews, revoked: false };
  campaign.clips.set(clipId, clip);
  campaign.submissions.delete(submissionId);
}

/** A VALUE raises its clip's mark and never lowers it. @see docs/domain.md T7 */
export function applyReading(campaign: ReplayedCampaign, reading: { clipId: string; views: bigint | null }): void {
  const clip = campaign.clips.get(reading.clipId);
  if (clip && reading.views !== null && reading.views > clip.views) clip.views = reading.views;
}

/** An entry as the rules have it, or as it is stored. */
export interface ReplayedEntry {
  clipId: string;
  amount: bigint;
  reason: string;
  cap: string;
  fromViews: bigint;
  toViews: bigint;
  cpm: bigint;
}

/** The claim of one clip of a round that settles. @see docs/domain.md T9 */
export function claimIn(campaign: ReplayedCampaign, clipId: string): Claim | null {
  const clip = campaign.clips.get(clipId);
  return clip && !clip.revoked ? claimOf(clip) : null;
}

/** Settles a round: what its claims come to, by the rules alone. @see docs/domain.md T10, T14 */
export function settle(campaign: ReplayedCampaign, claims: readonly Claim[]): ReplayedEntry[] {
  return allot(claims, campaign.budget - campaign.spent).flatMap((share) => pay(campaign, share) ?? []);
}

function pay(campaign: ReplayedCampaign, { clipId, amount, cap }: Share): ReplayedEntry | undefined {
  const clip = campaign.clips.get(clipId);
  if (!clip) return undefined;
  const { lastToViews: fromViews, views: toViews, cpm } = clip;
  Object.assign(clip, { earnings: clip.earnings + amount, lastToViews: toViews });
  campaign.spent += amount;
  return { clipId, amount, reason: 'ACCRUAL', cap, fromViews, toViews, cpm };
}

/** Takes back all that a clip earned. @see docs/domain.md S6 */
export function revoke(campaign: ReplayedCampaign, clipId: string): ReplayedEntry[] {
  const clip = campaign.clips.get(clipId);
  if (!clip) return [];
  const { earnings, views, cpm } = clip;
  Object.assign(clip, { earnings: 0n, revoked: true });
  campaign.spent -= earnings;
  if (earnings === 0n) return [];
  return [{ clipId, amount: -earnings, reason: 'REVERSAL', cap: 'NONE', fromViews: views, toViews: views, cpm }];
}

/** An ADJUSTMENT is an input: it counts as earned. @see docs/domain.md T14 */
export function adjust(campaign: ReplayedCampaign, entry: Pick<ReplayedEntry, 'clipId' | 'amount'>): void {
  const clip = campaign.clips.get(entry.clipId);
  if (!clip) return;
  clip.earnings += entry.amount;
  campaign.spent += entry.amount;
}

const FIELDS = ['amount', 'reason', 'cap', 'fromViews', 'toViews', 'cpm'] as const;

/** A field of an entry in words; money by M3. */
const show = (field: (typeof FIELDS)[number], entry: ReplayedEntry) =>
  field === 'amount' || field === 'cpm' ? formatMoney(entry[field]) : String(entry[field]);

/** Where the rules and the ledger do not agree, in words; nothing when they do. */
export function compareEntries(expected: readonly ReplayedEntry[], stored: readonly ReplayedEntry[]): string[] {
  const left = new Map(expected.map((entry) => [entry.clipId, entry]));
  const differences: string[] = [];
  for (const entry of stored) {
    const want = left.get(entry.clipId);
    left.delete(entry.clipId);
    const wrong = FIELDS.filter((field) => want?.[field] !== entry[field]);
    if (!want)
      differences.push(`clip ${entry.clipId}: an entry of ${formatMoney(entry.amount)} that the rules do not give`);
    else if (wrong.length > 0) {
      const fields = wrong.map((field) => `${field} is ${show(field, entry)}, by the rules ${show(field, want)}`);
      differences.push(`clip ${entry.clipId}: ${fields.join('; ')}`);
    }
  }
  for (const { clipId, amount } of left.values())
    differences.push(`clip ${clipId}: no entry, by the rules there is one of ${formatMoney(amount)}`);
  return differences;
}
