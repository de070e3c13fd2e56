import type { RawBuilder } from 'kysely';

/** A row that breaks a law, told in a few words that let a person find it. */
export interface Violation {
  example: string;
}

/** One law of domain.md V1: what must hold, in plain words, and the rows of the whole database that break it. */
export interface Law {
  /** Its number and name, as in "1 earnings are sums". */
  law: string;
  statement: string;
  violations: RawBuilder<Violation>;
}

/** What checking a law found. */
export interface CheckedLaw {
  law: string;
  statement: string;
  violations: number;
  examples: string[];
  /** Why it could not be checked; absent when it was. */
  unchecked?: string;
}
