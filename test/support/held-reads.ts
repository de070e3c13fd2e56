import pg from 'pg';
import type { Testbed } from './testbed.js';

export interface Held {
  /** Resolves when so many reads wait for their answer. */
  waiting(count: number): Promise<void>;
  /** Lets them go on. */
  open(): void;
}

/** Lets the next `times` reads wait at the source until they are let go: they are bought, and have no answer yet. */
export function holdReads(bed: Testbed, times: number): Held {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  let held = 0;
  bed.emulator.faults.push({
    on: 'items',
    times,
    async items(items) {
      held += 1;
      await opened;
      return items;
    },
  });
  return { open, waiting: (count) => until(async () => held >= count) };
}

/**
 * Does things in a forced order although they are at the same time: each is begun when those before it wait for a user's
 * row, and then all are let go. PostgreSQL gives the row to whoever waited first.
 */
export async function queueOnUser<T>(bed: Testbed, subject: string, works: (() => Promise<T>)[]): Promise<T[]> {
  const client = new pg.Client(bed.database.url);
  await client.connect();
  try {
    await client.query('begin');
    await client.query('select 1 from "user" where subject = $1 for update', [subject]);
    const begun: Promise<T>[] = [];
    for (const work of works) {
      begun.push(work());
      await until(async () => (await waitingForLocks(bed)) >= begun.length);
    }
    await client.query('commit');
    return await Promise.all(begun);
  } finally {
    await client.end();
  }
}

async function waitingForLocks(bed: Testbed): Promise<number> {
  const rows = await bed.database.query(
    "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
  );
  return rows.length;
}

export async function until(met: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1_000; tries += 1) {
    if (await met()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('it did not happen within a minute');
}
