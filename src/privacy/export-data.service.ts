import { IsolationLevel } from '@mikro-orm/core';
import { type Actor, byApi, recordAudit } from '../audit/audit.service.js';
import type { Deps, Viewer } from '../infra/context.js';
import type { EntityManager } from '../infra/database/database.js';
import { inTransaction } from '../infra/database/transaction.js';
import { type SealKeys, sealKeysOf } from '../infra/security/encryption.js';
import { openDetails } from '../payout/payout-details.service.js';
import { findSealedRequests } from '../payout/payout-details.sql.js';
import type { DigestedRequest } from '../payout/payout-digest.rules.js';
import { conflict, DomainError } from '../shared/errors.js';
import { formatMoney } from '../shared/money.js';
import { EXPORT_PARTS, findExportPage, findRequestsToExport } from './export-parts.sql.js';

type Given = Pick<Deps, 'clock' | 'settings'>;
type Rows = Record<string, unknown>[];

const ROWS_AT_A_TIME = 1_000;
/** The most characters that one answer of the API may hold; the operator's command has no such limit. */
const ANSWER_LIMIT = 32_000_000;

const REQUEST_MONEY = ['amount', 'coin'];

/** A row as the document holds it: amounts as decimal strings, other whole numbers as texts. */
function describeRow(row: Record<string, unknown>, money: readonly string[]): Record<string, unknown> {
  const amounts = new Set(money.map((name) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())));
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'bigint' ? (amounts.has(name) ? formatMoney(value) : value.toString()) : value,
    ]),
  );
}

/** Pages of rows as the text between the brackets of a JSON list. */
async function* listOf(
  pageAfter: (after: string | null) => Promise<Rows>,
  money: readonly string[],
): AsyncGenerator<string> {
  let separator = '\n';
  for (let after: string | null = null; ; ) {
    const page = await pageAfter(after);
    for (const row of page) {
      yield separator + JSON.stringify(describeRow(row, money));
      separator = ',\n';
    }
    if (page.length < ROWS_AT_A_TIME) return;
    after = String(page.at(-1)?.id);
  }
}

/** Requests with their details opened; where that is refused, with the reason. */
async function requestPage(em: EntityManager, keys: SealKeys, userId: string, after: string | null): Promise<Rows> {
  const rows = await findRequestsToExport(em, userId, after, ROWS_AT_A_TIME);
  const sealed = await findSealedRequests(
    em,
    rows.map((row) => String(row.id)),
  );
  const byId = new Map(sealed.map((request) => [request.id, request]));
  return rows.map((row) => ({ ...row, details: describeDetails(byId.get(String(row.id)), keys) }));
}

function describeDetails(request: DigestedRequest | undefined, keys: SealKeys): string | null {
  try {
    return request ? openDetails(request, keys) : null;
  } catch (error) {
    if (error instanceof DomainError) return `(not shown) ${error.message}`;
    throw error;
  }
}

async function* documentOf(em: EntityManager, deps: Given, userId: string): AsyncGenerator<string> {
  yield `{"exportedAt": ${JSON.stringify(deps.clock.now())}`;
  for (const part of EXPORT_PARTS) {
    yield `,\n"${part.name}": [`;
    yield* listOf((after) => findExportPage(em, part, userId, after, ROWS_AT_A_TIME), part.money ?? []);
    yield ']';
  }
  yield ',\n"payoutRequests": [';
  const keys = sealKeysOf(deps.settings);
  yield* listOf((after) => requestPage(em, keys, userId, after), REQUEST_MONEY);
  yield ']}\n';
}

/** Who exports whose data. */
export interface DataExport {
  actor: Actor;
  userId: string;
}

/**
 * Writes everything that is kept about a user as one JSON document, piece by piece: memory does not grow with the rows.
 * All of it is from one snapshot, taken after the audit event of the export.
 * @param write is waited for before the next piece is read
 * @see docs/domain.md U6, V4
 */
export async function writeDataOf(
  em: EntityManager,
  deps: Given,
  { actor, userId }: DataExport,
  write: (text: string) => void | Promise<void>,
): Promise<void> {
  const at = deps.clock.now();
  await inTransaction(em, async (transaction) =>
    recordAudit(transaction, { actor, action: 'user.export', subjectType: 'User', subjectId: userId, at }),
  );
  await em.fork({ clear: true }).transactional(
    async (snapshot) => {
      for await (const text of documentOf(snapshot as EntityManager, deps, userId)) await write(text);
    },
    { isolationLevel: IsolationLevel.REPEATABLE_READ, readOnly: true },
  );
}

/**
 * The same as one text.
 * @throws CONFLICT there is more than one answer can hold
 * @see docs/domain.md U6
 */
export async function exportDataOf(em: EntityManager, deps: Given, viewer: Viewer): Promise<string> {
  const texts: string[] = [];
  let length = 0;
  await writeDataOf(em, deps, { actor: byApi(viewer.id), userId: viewer.id }, (text) => {
    length += text.length;
    if (length > ANSWER_LIMIT)
      throw conflict('Your data is larger than one answer can hold: the operator can export it for you.');
    texts.push(text);
  });
  return texts.join('');
}
