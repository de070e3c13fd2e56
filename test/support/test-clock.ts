import type { Clock } from '../../src/shared/clock.js';

/** A clock that a test can set. It runs on, so that what is made later is later. */
export class TestClock implements Clock {
  #aheadMs = 0;

  /** @param start what it shows now; the machine's time when left out */
  constructor(start?: string) {
    if (start) this.set(start);
  }

  now(): Date {
    return new Date(Date.now() + this.#aheadMs);
  }

  fromDatabase(instant: Date): Date {
    return new Date(instant.getTime() + this.#aheadMs);
  }

  advance(ms: number): void {
    this.#aheadMs += ms;
  }

  set(instant: string): void {
    this.#aheadMs = Date.parse(instant) - Date.now();
  }
}
