import type { Clock } from '../../src/shared/clock.js';

/** A clock that a test can move. It runs on, so that what is made later is later. */
export class TestClock implements Clock {
  #aheadMs = 0;

  now(): Date {
    return new Date(Date.now() + this.#aheadMs);
  }

  fromDatabase(instant: Date): Date {
    return new Date(instant.getTime() + this.#aheadMs);
  }

  advance(ms: number): void {
    this.#aheadMs += ms;
  }
}
