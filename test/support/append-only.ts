import type { TestDatabase } from './test-database.js';

/** Shorter texts (a name "x") stand in any other text by chance. */
const SHORTEST = 4;

/** The tables that the database lets nobody change: found by their trigger, so that a new one is looked at, too. */
export async function appendOnlyTables(database: TestDatabase): Promise<string[]> {
  const rows = await database.query<{ name: string }>(
    `select c.relname as name from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
     where p.proname = 'refuse_change' and not t.tgisinternal order by 1`,
  );
  return rows.map((row) => row.name);
}

/**
 * Fails when a row of an append-only table holds an e-mail address, a name, payout details, a subject or a free text that
 * anybody typed, as they stand in the other tables now.
 * @see docs/domain.md U7
 */
export async function expectNoPersons(database: TestDatabase): Promise<void> {
  const texts = await database.query<{ what: string; text: string }>(
    `select 'e-mail' as what, email as text from "user" union select 'name', name from "user" where name is not null
     union select 'subject', subject from "user" union select 'note', note from payout_request where note is not null
     union select 'note', rejection_note from clip_submission where rejection_note is not null
     union select 'link', url from clip_submission union select 'link', canonical_url from clip_submission
     union select 'title', title from campaign union select 'description', description from campaign
     union select 'requirement', unnest(requirements) from campaign`,
  );
  const typed = texts.filter(({ text }) => text.length >= SHORTEST);
  const found: string[] = [];
  for (const table of await appendOnlyTables(database)) {
    const rows = await database.query<{ row: object }>(`select to_jsonb(t) as row from ${table} t`);
    const leaves = rows.flatMap(({ row }) => leavesOf(row));
    const held = new Set(leaves);
    for (const { what, text } of typed) if (held.has(text)) found.push(`${table} holds a ${what}: ${text}`);
    for (const leaf of leaves) if (/[^\s@"]+@[^\s@"]+/.test(leaf)) found.push(`${table} holds an address: ${leaf}`);
    for (const leaf of leaves) if (/\s\S*\s\S*\s/.test(leaf) && !OWN_WORDS.test(leaf)) found.push(`${table}: ${leaf}`);
  }
  expect([...new Set(found)]).toEqual([]);
}

/** Sentences of our own, in readings and in what the rebuild and the import tell. */
const OWN_WORDS =
  /^(an error in words|a count that is not a whole number|a count out of range|no answer in time|over \d+ times its mark|no item in the answer|outage \(.*\)|(campaign|clipper|user) [0-9a-f-]{36}.*)$/;

/** Every text in a value, with those in texts that are JSON themselves. */
function leavesOf(value: unknown): string[] {
  if (typeof value === 'string') {
    if (!/^[[{]/.test(value)) return [value];
    try {
      return leavesOf(JSON.parse(value));
    } catch {
      return [value];
    }
  }
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leavesOf) : [];
}
