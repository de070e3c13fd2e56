import type { TestDatabase } from './test-database.js';

/** What the oracle keeps of a clip: written anew from the laws, sharing no code with the product. */
interface OracleClip {
  id: string;
  initialViews: bigint;
  cpm: bigint;
  minViews: bigint;
  maxEarnings: bigint | null;
  views: bigint;
  earned: bigint;
  revoked: boolean;
}

interface EventRow {
  campaign_id: string;
  number: number;
  type: string;
  content: Record<string, string | null>;
}

/**
 * Recomputes every clip's earnings from submissions, readings and campaign events in the order of their numbers, by the
 * plainest arithmetic there is: exact fractions, one micro at a time to whoever is furthest below its share.
 * @returns earnings by clip id
 */
export async function recomputeEarnings(database: TestDatabase): Promise<Map<string, bigint>> {
  const events = await database.query<EventRow>(
    'select campaign_id, number, type, content from campaign_event order by campaign_id, number',
  );
  const earnings = new Map<string, bigint>();
  let campaign = '';
  let budget = 0n;
  let submissions = new Map<string, Omit<OracleClip, 'id' | 'views' | 'earned' | 'revoked'>>();
  let clips = new Map<string, OracleClip>();
  for (const { campaign_id, type, content } of events) {
    if (campaign_id !== campaign) [campaign, budget, submissions, clips] = [campaign_id, 0n, new Map(), new Map()];
    if (type === 'CREATED') budget = micros(content.budget);
    if (type === 'TERMS_CHANGED') budget = micros((content.after as unknown as { budget?: string }).budget) || budget;
    if (type === 'SUBMITTED') {
      const { submissionId, initialViews, cpm, minViews, maxEarnings } = content;
      submissions.set(submissionId ?? '', {
        initialViews: BigInt(initialViews ?? 0),
        cpm: BigInt(cpm ?? 0),
        minViews: BigInt(minViews ?? 0),
        maxEarnings: maxEarnings ? BigInt(maxEarnings) : null,
      });
    }
    const submission = submissions.get(content.submissionId ?? '');
    if (type === 'APPROVED' && submission)
      clips.set(content.clipId ?? '', {
        ...submission,
        id: content.clipId ?? '',
        views: submission.initialViews,
        earned: 0n,
        revoked: false,
      });
    if (type === 'REVOKED') Object.assign(clips.get(content.clipId ?? '') ?? {}, { earned: 0n, revoked: true });
    if (type === 'ROUND_SETTLED' || type === 'ROUND_ABANDONED')
      await settle(database, content.roundId ?? '', clips, type === 'ROUND_SETTLED' ? budget : null);
    for (const clip of clips.values()) earnings.set(clip.id, clip.earned);
  }
  return earnings;
}

const micros = (text: string | null | undefined): bigint => {
  const [units = '0', decimals = ''] = (text ?? '0').split('.');
  return BigInt(units + decimals.padEnd(6, '0'));
};

async function settle(
  database: TestDatabase,
  roundId: string,
  clips: Map<string, OracleClip>,
  budget: bigint | null,
): Promise<void> {
  const readings = await database.query<{ clip_id: string; outcome: string; views: string | null }>(
    'select clip_id, outcome, views from view_tracking where round_id = $1',
    [roundId],
  );
  for (const { clip_id, outcome, views } of readings) {
    const clip = clips.get(clip_id);
    if (clip && outcome === 'VALUE' && BigInt(views ?? 0) > clip.views) clip.views = BigInt(views ?? 0);
  }
  if (budget === null) return;
  const read = readings.flatMap(({ clip_id }) => clips.get(clip_id) ?? []).filter((clip) => !clip.revoked);
  const owed = read.map((clip) => {
    const counted = clip.views - clip.initialViews;
    const worth = counted < clip.minViews ? 0n : (counted * clip.cpm) / 1_000n;
    const capped = clip.maxEarnings !== null && worth > clip.maxEarnings ? clip.maxEarnings : worth;
    return { clip, owed: capped > clip.earned ? capped - clip.earned : 0n };
  });
  const total = owed.reduce((sum, each) => sum + each.owed, 0n);
  const spent = [...clips.values()].reduce((sum, clip) => sum + clip.earned, 0n);
  const remaining = budget - spent;
  if (total <= remaining) {
    for (const each of owed) each.clip.earned += each.owed;
    return;
  }
  const shares = owed
    .filter((each) => each.owed > 0n)
    .map((each) => ({ ...each, share: (each.owed * remaining) / total, rest: (each.owed * remaining) % total }));
  let left = remaining - shares.reduce((sum, each) => sum + each.share, 0n);
  shares.sort((one, other) =>
    one.rest === other.rest ? (one.clip.id < other.clip.id ? -1 : 1) : one.rest > other.rest ? -1 : 1,
  );
  for (const each of shares) {
    const extra = left > 0n ? 1n : 0n;
    left -= extra;
    each.clip.earned += each.share + extra;
  }
}
