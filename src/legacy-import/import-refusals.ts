import { DomainError } from '../shared/errors.js';
import type { Micros } from '../shared/money.js';
import type { Kind, Refusal } from './import-files.js';

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

/**
 * Rows that are there but have been refused for their form. What refers to one of them is not refused for that: it may
 * be right once the other is.
 */
export class RefusedRows {
  readonly #lines = new Map<Kind, Map<string, number>>();
  readonly #unreadable = new Set<Kind>();

  /** @param name the column by which other rows refer to it, as given */
  add(kind: Kind, name: unknown, line: number): void {
    const lines = this.#lines.get(kind) ?? new Map<string, number>();
    this.#lines.set(kind, lines);
    if (typeof name === 'string') lines.set(name, line);
  }

  /** A file of which rows could not even be read: any name may be in it. */
  addUnreadable(kind: Kind): void {
    this.#unreadable.add(kind);
  }

  /** Whether a name that no good row has may be that of a refused one. */
  mayName(kind: Kind, name: string): boolean {
    return this.#unreadable.has(kind) || this.linesOf(kind).has(name);
  }

  /** Whether sums over the rows of a kind would leave something out. */
  some(kind: Kind): boolean {
    return this.#unreadable.has(kind) || this.#lines.has(kind);
  }

  linesOf(kind: Kind): ReadonlyMap<string, number> {
    return this.#lines.get(kind) ?? new Map();
  }
}

/** Null is no value, and may come often. @param before names of other rows, with their lines */
export function unique<T extends { at: At }>(
  rows: T[],
  keyOf: (row: T) => string | null,
  column: string,
  refuse: Refuse,
  before: ReadonlyMap<string, number> = new Map(),
): void {
  const seen = new Map(before);
  for (const row of rows) {
    const key = keyOf(row);
    if (key === null) continue;
    const line = seen.get(key);
    if (line !== undefined) refuse(row.at, `${column} is that of line ${line}, too`);
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
