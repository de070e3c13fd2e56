import type { EntityManager } from '../infra/database/database.js';
import type { SealKeys } from '../infra/security/encryption.js';
import { chunk } from '../shared/batching.js';
import { badInput } from '../shared/errors.js';
import { findHeads, findMissingHeads, type Head } from './heads.sql.js';
import { checkLaws } from './laws.js';

const HEADS_AT_A_TIME = 1_000;
const HEAD_LINE = /^head ([0-9a-f-]{36}) (\d{1,9}) ([0-9a-f]{64})$/;

/** A head as a line that a file can keep. */
const headLine = ({ campaignId, number, hash }: Head) => `head ${campaignId} ${number} ${hash}`;

/**
 * Reads the heads out of a text that `verify` printed before; other lines are left alone.
 * @throws BAD_USER_INPUT there is none
 */
export function readHeads(text: string): Head[] {
  const heads = text.split(/\r?\n/).flatMap((line) => {
    const [, campaignId, number, hash] = HEAD_LINE.exec(line.trim()) ?? [];
    return campaignId && number && hash ? [{ campaignId, number: parseInt(number, 10), hash }] : [];
  });
  if (heads.length === 0)
    throw badInput('--head', '--head must name a file with lines as verify prints them: head CAMPAIGN NUMBER HASH');
  return heads;
}

/**
 * Checks every law, the digests of payout requests, and the chains against heads that were kept elsewhere, telling each
 * finding as it comes.
 * @param keys of the digests; without a current one they are not checked
 * @returns how many rows break a law or a head
 * @see docs/domain.md V1, V5, F4
 */
export async function verify(
  em: EntityManager,
  heads: readonly Head[],
  tell: (line: string) => void,
  keys: SealKeys = { current: undefined, old: [] },
): Promise<number> {
  let broken = 0;
  for (const { law, statement, violations, examples, unchecked } of await checkLaws(em, { keys })) {
    if (unchecked !== undefined) {
      tell(`       ${law}: not checked: ${unchecked}`);
      continue;
    }
    tell(`${violations === 0 ? 'holds ' : 'BROKEN'} ${law}`);
    if (violations === 0) continue;
    tell(`       ${statement}`);
    tell(`       ${violations} rows break it:`);
    for (const example of examples) tell(`       - ${example}`);
    broken += violations;
  }
  for (const part of chunk(heads, HEADS_AT_A_TIME)) {
    for (const head of await findMissingHeads(em, part)) {
      tell(`BROKEN campaign ${head.campaignId}: its event ${head.number} is not the one whose head was kept`);
      broken += 1;
    }
  }
  for (let after: string | null = null; ; ) {
    const page = await findHeads(em, after, HEADS_AT_A_TIME);
    for (const head of page) tell(headLine(head));
    after = page.at(-1)?.campaignId ?? null;
    if (page.length < HEADS_AT_A_TIME) return broken;
  }
}
