import { DomainError } from '../shared/errors.js';
import type { Micros } from '../shared/money.js';
import type { Refusal } from './import-files.js';

export interface ImportTerms {
  /** The currency's smallest coin. */
  coin: Micros;
  /** The operator says that no earnings of the older system were ever paid out. */
  nothingWasPaid: boolean;
  /** Whether there is a file of payouts. */
  payoutsGiven: boolean;
  now: Date;
}

export type At = Pick<Refusal, 'file' | 'line'>;
export type Refuse = (at: At, why: string) => void;

/** Null is no value, and may come often. */
export function unique<T extends { at: At }>(
  rows: T[],
  keyOf: (row: T) => string | null,
  column: string,
  refuse: Refuse,
): void {
  const seen = new Map<string, number>();
  for (const row of rows) {
    const key = keyOf(row);
    if (key === null) continue;
    const before = seen.get(key);
    if (before !== undefined) refuse(row.at, `${column} is that of line ${before}, too`);
    else seen.set(key, row.at.line);
  }
}

/** @throws what of `work` is no refusal */
export function refusedBy(work: () => void): string | null {
  try {
    work();
    return null;
  } catch (error) {
    if (error instanceof DomainError) return error.message;
    throw error;
  }
}
