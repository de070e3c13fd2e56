import { READ_NOW_LIMIT_MS } from '../platform/read-now.js';
import type { Observation } from '../platform/view-source.js';
import { MINUTE_MS, SECOND_MS } from '../shared/clock.js';
import { badInput, type DomainError, rateLimited, upstreamUnavailable } from '../shared/errors.js';
import { BaselineOutcome, type BaselineRead } from './baseline-read.entity.js';

/** Reads of one clipper at the same time, over all instances. */
export const READS_IN_FLIGHT = 2;
/** Failed reads that do not count, per clipper and day. */
export const GIVEN_BACK_PER_DAY = 10;
/** How long a count is kept for whoever it was read for, and a clip that cannot be read for everybody. */
export const KEPT_MS = 10 * MINUTE_MS;
/** After this a read without an end is one whose process died. */
export const READ_LEASE_MS = READ_NOW_LIMIT_MS + 10 * SECOND_MS;

/** A clipper's reads of the day (UTC). */
export interface ReadsOfDay {
  taken: number;
  /** Of these, those that failed on our side or the source's. */
  failed: number;
  /** Those without an end, of the day before too. */
  inFlight: number;
  /** When the oldest of them began. */
  inFlightSince: Date | null;
}

/** Reads that count toward SUBMISSIONS_PER_DAY. @see docs/domain.md S4 */
export function countedReads({ taken, failed }: Pick<ReadsOfDay, 'taken' | 'failed'>): number {
  return taken - (failed < GIVEN_BACK_PER_DAY ? failed : GIVEN_BACK_PER_DAY);
}

/**
 * Whether a clipper may have one more read.
 * @param secondsLeft of the day
 * @throws RATE_LIMITED
 * @see docs/domain.md S4
 */
export function requireReadsLeft(
  reads: ReadsOfDay,
  { limit, secondsLeft, now }: { limit: number; secondsLeft: number; now: Date },
): void {
  if (reads.inFlight >= READS_IN_FLIGHT) {
    const since = reads.inFlightSince ?? now;
    const waitMs = since.getTime() + READ_LEASE_MS - now.getTime();
    throw rateLimited(
      `At most ${READS_IN_FLIGHT} clips of one clipper are read at the same time: wait for one of them.`,
      waitMs < SECOND_MS ? 1 : Math.ceil(waitMs / SECOND_MS),
    );
  }
  if (countedReads(reads) >= limit) throw dayIsFull(limit, secondsLeft);
}

/** @see docs/domain.md S4 */
export const dayIsFull = (limit: number, secondsLeft: number) =>
  rateLimited(
    `At most ${limit} clips are read and submitted per day (UTC), clips that were not accepted included.`,
    secondsLeft,
  );

/** What a read of the last minutes said of a clip. */
export type KnownRead = Pick<BaselineRead, 'clipperId' | 'campaignId' | 'outcome' | 'views'>;

/**
 * What need not be bought: the count that was read for the same clipper and campaign, or that the clip cannot be read.
 * @param reads of the clip that ended within KEPT_MS and did not fail, the newest first
 * @returns the count; null when the source has to be asked
 * @throws BAD_USER_INPUT it is gone; UPSTREAM_UNAVAILABLE the source does not know it
 * @see docs/domain.md S4
 */
export function recallRead(
  reads: readonly KnownRead[],
  { clipperId, campaignId }: Pick<BaselineRead, 'clipperId' | 'campaignId'>,
): bigint | null {
  const own = reads.find(
    (read) => read.clipperId === clipperId && read.campaignId === campaignId && read.views !== null,
  );
  if (own) return own.views;
  const [newest] = reads;
  const refusal = newest?.outcome ? refusalOf(newest.outcome) : null;
  if (refusal) throw refusal;
  return null;
}

/** How a read ended, from what the source said. @see docs/domain.md S4, T4 */
export function outcomeOf(observation: Observation): BaselineOutcome {
  if (observation.kind === 'VALUE') return BaselineOutcome.VALUE;
  if (observation.kind === 'REMOVED') return BaselineOutcome.GONE;
  return observation.failed ? BaselineOutcome.FAILED : BaselineOutcome.UNKNOWN;
}

/**
 * The answer to a clipper about a read without a count; null when there is one. Nothing is stored then.
 * @see docs/domain.md S4
 */
export function refusalOf(outcome: BaselineOutcome): DomainError | null {
  switch (outcome) {
    case BaselineOutcome.VALUE:
      return null;
    case BaselineOutcome.GONE:
      return badInput(
        'input.url',
        'The platform says that this clip is gone or private: submit one that everybody can see.',
      );
    case BaselineOutcome.UNKNOWN:
      return upstreamUnavailable(
        `No view count of this clip can be found: nothing was stored. Check the link; the clip is read again in ${KEPT_MS / MINUTE_MS} minutes at the earliest.`,
      );
    case BaselineOutcome.FAILED:
      return upstreamUnavailable(
        'The view count of this clip cannot be read at the moment: nothing was stored, try again later.',
      );
  }
}
