import { IsolationLevel } from '@mikro-orm/postgresql';
import { type CampaignEvent, CampaignEventType } from '../campaign/campaign-event.entity.js';
import type { Claim } from '../earnings/settlement/allotment.rules.js';
import type { EntityManager } from '../infra/database/database.js';
import {
  adjust,
  applyEvent,
  applyReading,
  claimIn,
  compareEntries,
  emptyCampaign,
  type ReplayedCampaign,
  type ReplayedEntry,
  revoke,
  settle,
} from './replay.rules.js';
import {
  allowTime,
  findCampaignIds,
  findClips,
  findClipsWithoutReading,
  findEntries,
  findEvents,
  findReadings,
} from './replay.sql.js';

/** So many rows are read at a time: memory follows the largest campaign's clips, not the data. */
const ROWS_AT_A_TIME = 5_000;
const EXAMPLES = 100;

export interface Replay {
  campaigns: number;
  events: number;
  readings: number;
  entries: number;
  /** Earned over all campaigns, by the rules. */
  earnings: bigint;
  differences: number;
  /** The first of them, in words. */
  examples: string[];
}

/** Reads pages until one is not full. */
async function* pagesOf<Row, Key>(
  read: (after: Key | null) => Promise<Row[]>,
  keyOf: (row: Row) => Key,
): AsyncGenerator<Row[]> {
  for (let after: Key | null = null; ; ) {
    const rows = await read(after);
    yield rows;
    const last = rows.at(-1);
    if (rows.length < ROWS_AT_A_TIME || last === undefined) return;
    after = keyOf(last);
  }
}

/**
 * Computes all earnings again from submissions, readings, adjustments and campaign events, in the order of their
 * numbers, by the pure rules alone, and compares them with what is stored, to the micro. All in one snapshot.
 * @param until leaves out, of each campaign, what comes after the last event up to this instant
 * @see docs/domain.md V3
 */
export async function replay(em: EntityManager, until: Date | null): Promise<Replay> {
  const result: Replay = {
    campaigns: 0,
    events: 0,
    readings: 0,
    entries: 0,
    earnings: 0n,
    differences: 0,
    examples: [],
  };
  await em.fork({ clear: true }).transactional(
    async (transaction) => {
      const snapshot = transaction as EntityManager;
      await allowTime(snapshot);
      const pages = pagesOf(
        (after: string | null) => findCampaignIds(snapshot, after, ROWS_AT_A_TIME),
        (id) => id,
      );
      for await (const ids of pages) for (const id of ids) await replayCampaign(snapshot, id, until, result);
    },
    { isolationLevel: IsolationLevel.REPEATABLE_READ, readOnly: true },
  );
  return result;
}

function report(result: Replay, where: string, differences: readonly string[]): void {
  result.differences += differences.length;
  for (const difference of differences)
    if (result.examples.length < EXAMPLES) result.examples.push(`${where} ${difference}`);
}

async function replayCampaign(em: EntityManager, id: string, until: Date | null, result: Replay): Promise<void> {
  const campaign = emptyCampaign();
  const pages = pagesOf(
    (after: number | null) => findEvents(em, id, after ?? 0, ROWS_AT_A_TIME),
    (event) => event.number,
  );
  result.campaigns += 1;
  let cut = false;
  for await (const events of pages) {
    for (const event of events) {
      cut = until !== null && event.at > until;
      if (cut) break;
      result.events += 1;
      applyEvent(campaign, event);
      const expected = await moneyOf(em, campaign, event, result);
      if (!expected) continue;
      const stored = await findEntries(em, event.id);
      result.entries += stored.length;
      for (const entry of stored) if (entry.reason === 'ADJUSTMENT') adjust(campaign, entry);
      const accrued = stored.filter((entry) => entry.reason !== 'ADJUSTMENT');
      report(result, `campaign ${id} event ${event.number}:`, compareEntries(expected, accrued));
    }
    if (cut) break;
  }
  result.earnings += campaign.spent;
  if (!cut) await compareClips(em, id, campaign, result);
}

/** What an event pays or takes back by the rules; null for one that moves no money. */
async function moneyOf(
  em: EntityManager,
  campaign: ReplayedCampaign,
  { id, version, type, content }: Pick<CampaignEvent, 'id' | 'version' | 'type' | 'content'>,
  result: Replay,
): Promise<ReplayedEntry[] | null> {
  if (type === CampaignEventType.REVOKED) return revoke(campaign, String(content.clipId));
  // Opening earnings are what they are: an input, that no rule gives.
  if (type === CampaignEventType.IMPORTED) return [];
  const settles = type === CampaignEventType.ROUND_SETTLED;
  if (!settles && type !== CampaignEventType.ROUND_ABANDONED) return null;
  const claims: Claim[] = [];
  const pages = pagesOf(
    (after: string | null) => findReadings(em, String(content.roundId), after, ROWS_AT_A_TIME),
    (reading) => reading.clipId,
  );
  for await (const readings of pages) {
    result.readings += readings.length;
    for (const reading of readings) {
      applyReading(campaign, reading);
      const claim = settles && claimIn(campaign, reading.clipId);
      if (claim) claims.push(claim);
    }
  }
  // A round of version 1 is its readings alone.
  for (const clipId of settles && version > 1 ? await findClipsWithoutReading(em, id) : []) {
    const claim = claimIn(campaign, clipId);
    if (claim) claims.push(claim);
  }
  return settles ? settle(campaign, claims) : null;
}

/** The clips themselves, at the end of all events. */
async function compareClips(em: EntityManager, id: string, campaign: ReplayedCampaign, result: Replay): Promise<void> {
  const pages = pagesOf(
    (after: string | null) => findClips(em, id, after, ROWS_AT_A_TIME),
    (clip) => clip.id,
  );
  for await (const clips of pages) {
    for (const { id: clipId, earnings, views } of clips) {
      const replayed = campaign.clips.get(clipId);
      campaign.clips.delete(clipId);
      if (replayed?.earnings === earnings && replayed.views === views) continue;
      const want = replayed ? `${replayed.earnings} for ${replayed.views} views` : 'no clip';
      report(result, `campaign ${id}`, [`clip ${clipId}: ${earnings} for ${views} views, by the rules ${want}`]);
    }
  }
  for (const clipId of campaign.clips.keys())
    report(result, `campaign ${id}`, [`clip ${clipId}: missing, by the rules there is one`]);
}
