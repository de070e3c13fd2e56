import { type Micros, maxMoney, sumMoney } from '../../shared/money.js';
import { EarningCap } from '../earnings.enums.js';

const VIEWS_PER_CPM = 1_000n;

/** What a clip's pay is worked out from: the terms frozen on its submission, its views, and what it has earned. */
export interface ClipAccount {
  clipId: string;
  /** Baseline: they pay nothing. */
  initialViews: bigint;
  /** High-water mark. */
  views: bigint;
  /** Micros for 1,000 counted views; a multiple of 1,000. */
  cpm: Micros;
  minViews: bigint;
  maxEarnings: Micros | null;
  /** Micros earned so far. */
  earnings: Micros;
}

/**
 * What a clip's counted views are worth in all, and whether its maximum kept it lower.
 * @see docs/domain.md T9, M2
 */
export function entitled(account: Omit<ClipAccount, 'clipId' | 'earnings'>): { amount: Micros; capped: boolean } {
  const counted = maxMoney(account.views - account.initialViews, 0n);
  if (counted < account.minViews) return { amount: 0n, capped: false };
  const worth = counted * (account.cpm / VIEWS_PER_CPM);
  const { maxEarnings } = account;
  return maxEarnings !== null && worth > maxEarnings
    ? { amount: maxEarnings, capped: true }
    : { amount: worth, capped: false };
}

/** What a clip is owed: cumulative growth less what it has earned; never less than nothing. @see docs/domain.md T9 */
export function owed(account: ClipAccount): Micros {
  return maxMoney(entitled(account).amount - account.earnings, 0n);
}

export interface Share {
  clipId: string;
  /** Micros, more than 0. */
  amount: Micros;
  cap: EarningCap;
}

/** What a clip is owed in a round; more than 0. */
export interface Claim {
  clipId: string;
  owed: Micros;
  /** Its maximum keeps it below the full pay for its views. */
  capped: boolean;
}

/** A clip's claim; null when it is owed nothing. @see docs/domain.md T9 */
export function claimOf(account: ClipAccount): Claim | null {
  const amount = owed(account);
  return amount > 0n ? { clipId: account.clipId, owed: amount, capped: entitled(account).capped } : null;
}

/**
 * Shares out what remains of a budget: all that is owed if it fits, else the remainder in proportion to what each is
 * owed (largest remainder, ties by clip id), so that the shares sum exactly to it. The order of the claims decides
 * nothing.
 * @see docs/domain.md T10, T14
 */
export function allot(claims: readonly Claim[], remaining: Micros): Share[] {
  const total = sumMoney(claims.map((claim) => claim.owed));
  if (total <= remaining) {
    return claims.map(({ clipId, owed: amount, capped }) => ({
      clipId,
      amount,
      cap: capped ? EarningCap.CLIP_MAXIMUM : EarningCap.NONE,
    }));
  }
  const floors = claims.map((claim) => ({
    clipId: claim.clipId,
    amount: (claim.owed * remaining) / total,
    rest: (claim.owed * remaining) % total,
  }));
  const left = remaining - sumMoney(floors.map((each) => each.amount));
  const favoured = floors
    .toSorted((one, other) => compare(other.rest, one.rest) || compare(one.clipId, other.clipId))
    .slice(0, Number(left));
  for (const each of favoured) each.amount += 1n;
  return floors
    .filter((each) => each.amount > 0n)
    .map(({ clipId, amount }) => ({ clipId, amount, cap: EarningCap.BUDGET_SHARE }));
}

function compare<T extends bigint | string>(one: T, other: T): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
