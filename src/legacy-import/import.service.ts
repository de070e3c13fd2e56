import { type Actor, recordAudit } from '../audit/audit.service.js';
import type { Deps } from '../infra/context.js';
import type { EntityManager } from '../infra/database/database.js';
import { inTransaction } from '../infra/database/transaction.js';
import { newId } from '../infra/identifier.js';
import { groupBy } from '../shared/batching.js';
import { type Micros, smallestCoin, sumMoney } from '../shared/money.js';
import { checkImport } from './import.rules.js';
import { allowTime, findImported, findOpenRequesters, findTransactions, findUsersLike } from './import.sql.js';
import { KINDS, type Kind, kindOf, type Refusal, readImportFiles } from './import-files.js';
import { OPEN_REQUEST } from './import-payouts.rules.js';
import { planImport } from './import-plan.js';
import { type ImportRow, type ImportRows, readRows } from './import-rows.rules.js';
import { insertAll, writePayouts, writePlan, writeUsers } from './import-write.service.js';
import { ImportedRow } from './imported-row.entity.js';

type Given = Pick<Deps, 'clock' | 'settings'>;

export interface ImportOptions {
  dryRun: boolean;
  nothingWasPaid: boolean;
}

/** What an import came to. */
export interface ImportReport {
  refusals: Refusal[];
  /** Rows of each kind that were (or, in a dry run, would be) imported. */
  counts: Partial<Record<Kind, number>>;
  earnings: Micros;
  paidOut: Micros;
}

const COMMAND: Actor = { id: null, via: 'command' };

/** Ends a transaction that has shown what it would do. */
class DryRun extends Error {}

/**
 * Brings an older system's data in: all of it in one transaction, or, with a single row refused, nothing. Every refused
 * row is reported at once. A dry run does the same and takes it back.
 * @throws ImportError the folder holds no import
 * @see docs/import.md, docs/domain.md T14, V2
 */
export async function importFolder(
  em: EntityManager,
  deps: Given,
  folder: string,
  options: ImportOptions,
): Promise<ImportReport> {
  const files = readImportFiles(folder);
  const { rows, refusals, refused } = readRows(files.rows);
  for (const { file } of files.refusals) refused.addUnreadable(kindOf(file));
  const found = [...files.refusals, ...refusals];
  const payoutsGiven = files.rows.payouts !== undefined;
  const terms = { ...options, payoutsGiven, coin: smallestCoin(deps.settings.CURRENCY), now: deps.clock.now() };
  const all = [...found, ...checkImport(rows, terms, refused), ...(await findKnown(em, rows))];
  const counts = Object.fromEntries(
    KINDS.flatMap((kind) => (files.rows[kind] ? [[kind, files.rows[kind].length]] : [])),
  );
  const report: ImportReport = {
    refusals: all,
    counts,
    earnings: sumMoney(rows.clips.map((row) => row.earnings)),
    paidOut: sumMoney(rows.payouts.filter((row) => !row.returned_at).map((row) => row.amount)),
  };
  if (all.length === 0) await write(em, deps, rows, options.dryRun, counts);
  return report;
}

/** What is here already. Users may be named again: an import can come in several parts. */
async function findKnown(em: EntityManager, rows: ImportRows): Promise<Refusal[]> {
  const refusals: Refusal[] = [];
  const importedOf = (kind: Kind, given: { id: string }[]) =>
    findImported(
      em,
      kind,
      given.map((row) => row.id),
    );
  for (const kind of ['campaigns', 'submissions', 'payout-requests'] as const) {
    const known = await importedOf(kind, rows[kind]);
    for (const row of rows[kind])
      if (known.has(row.id)) refusals.push({ ...row.at, why: `${row.id} was imported before` });
  }
  const ofUsers = await findKnownUsers(em, rows, await importedOf('users', rows.users));
  const named = rows.payouts.map((row) => `${row.method} ${row.transaction_id}`);
  const taken = new Set(await findTransactions(em, named));
  for (const [index, row] of rows.payouts.entries())
    if (taken.has(named[index] as string)) refusals.push({ ...row.at, why: 'transaction_id belongs to a payout here' });
  return [...ofUsers, ...refusals];
}

/** A user who is here already stays as they are: what the row would change is refused. */
async function findKnownUsers(em: EntityManager, rows: ImportRows, imported: Map<string, string>): Promise<Refusal[]> {
  const refusals: Refusal[] = [];
  const subjects = rows.users.flatMap((row) => row.subject ?? []);
  const users = await findUsersLike(em, subjects, rows.users.map(emailOf));
  const [byEmail, bySubject] = [
    groupBy(users, ({ email }) => email),
    new Map(users.map((each) => [each.subject, each.id])),
  ];
  const hereOf = new Map<string, string>();
  for (const row of rows.users) {
    const here = imported.get(row.id) ?? (row.subject === null ? undefined : bySubject.get(row.subject));
    if (here) hereOf.set(row.id, here);
    if (here && row.suspended_at)
      refusals.push({ ...row.at, why: 'the user is here already: suspend them by suspendUser' });
    if (!here && byEmail.has(emailOf(row)))
      refusals.push({
        ...row.at,
        why: 'a user with this e-mail is here already: give the sub of their token as subject',
      });
  }
  const open = new Set(await findOpenRequesters(em, [...hereOf.values()]));
  for (const row of rows['payout-requests'])
    if (OPEN_REQUEST.includes(row.status) && open.has(hereOf.get(row.user_id) ?? ''))
      refusals.push({ ...row.at, why: 'the user has an open payout request here: decide on that first' });
  return refusals;
}

const emailOf = (row: ImportRow<'users'>) => row.email.toLowerCase();

async function write(
  em: EntityManager,
  deps: Given,
  rows: ImportRows,
  dryRun: boolean,
  counts: Record<string, number>,
): Promise<void> {
  const now = deps.clock.now();
  await inTransaction(em, async (transaction) => {
    await allowTime(transaction);
    const userIds = await writeUsers(transaction, rows.users, now);
    const runId = newId();
    const plan = planImport(rows, userIds, { runId, now });
    await writePlan(transaction, plan, runId, now);
    const requests = await writePayouts(transaction, deps.settings, rows, userIds, now);
    const importedBefore = await findImported(transaction, 'users', [...userIds.keys()]);
    const newUsers = new Map([...userIds].filter(([legacyId]) => !importedBefore.has(legacyId)));
    const remembered = {
      campaigns: plan.campaignIds,
      users: newUsers,
      submissions: plan.submissionIds,
      'payout-requests': requests.given,
      payouts: requests.made,
    };
    for (const [kind, ids] of Object.entries(remembered))
      await insertAll(
        transaction,
        ImportedRow,
        [...ids].map(([legacyId, id]) => ({ kind, legacyId, id, importedAt: now })),
      );
    const subject = { subjectType: 'Import', subjectId: runId };
    recordAudit(transaction, { actor: COMMAND, action: 'legacy.import', ...subject, after: counts, at: now });
    await transaction.flush();
    if (dryRun) throw new DryRun();
  }).catch((error: unknown) => {
    if (!(error instanceof DryRun)) throw error;
  });
}
