import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { SubmitClipDocument } from '../../schema/generated/graphql.js';
import { verify } from '../../src/proof/verify.service.js';
import { newApprovedClip, newCampaign, newClip, newEarnings, track } from '../support/play.js';
import { onServer, openTestDatabase } from '../support/test-database.js';
import { createTestbed, TEST_SECRET, type Testbed } from '../support/testbed.js';

const ROOT = path.join(import.meta.dirname, '..', '..');
const suffix = randomBytes(6).toString('hex');
const OWNER = `owner_${suffix}`;
const APP = `app_${suffix}`;
const server = process.env.TEST_SERVER_URL ?? '';
let bed: Testbed;

/** The address of the test's database for a role. */
function addressFor(role: string | null): string {
  const url = new URL(server);
  url.pathname = `/${OWNER}`;
  if (role) Object.assign(url, { username: role, password: 'pw' });
  return url.href;
}

/** docs/deployment/database-role.sql with this test's names, without the lines that only psql knows. */
function roleStatements(): string {
  const text = fs.readFileSync(path.join(ROOT, 'docs', 'deployment', 'database-role.sql'), 'utf8');
  return text
    .replaceAll(/^\\.*$/gm, '')
    .replaceAll(":'password'", "'pw'")
    .replaceAll('clipledger_app', APP)
    .replaceAll(/\bclipledger\b/g, OWNER);
}

beforeAll(async () => {
  await onServer(server, `create role ${OWNER} login nosuperuser password 'pw'`);
  await onServer(server, `create database ${OWNER} owner ${OWNER}`);
  await onServer(addressFor(null), roleStatements());
  const env = { ...process.env, DATABASE_URL: addressFor(OWNER), AUTH_JWT_SECRET: TEST_SECRET };
  await promisify(execFile)(process.execPath, [path.join(ROOT, 'dist', 'src', 'cli.js'), 'migrate'], { env });
  const database = await openTestDatabase(addressFor(APP), addressFor(null), async () => {
    await onServer(server, `drop database ${OWNER} with (force)`);
    await onServer(server, `drop role ${APP}; drop role ${OWNER}`);
  });
  bed = await createTestbed({ database, settings: { TRACKING_SUSPECT_FACTOR: '1000000' } });
}, 300_000);
afterAll(() => bed?.stop());

const asApp = (statement: string) => onServer(addressFor(APP), statement);

test('the role of the servers is no superuser, may make nothing, and owns nothing', async () => {
  const [role] = await bed.database.query(
    `select rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, rolreplication,
            exists (select 1 from pg_class c where c.relowner = r.oid) as owns,
            has_schema_privilege(r.oid, 'public', 'create') or has_schema_privilege(r.oid, 'pgboss', 'create') as creates
     from pg_roles r where rolname = '${APP}'`,
  );
  expect(Object.values(role ?? {})).toEqual(Array(7).fill(false));
});

test('the product runs with it: submit, approve, track, pay, verify', async () => {
  const campaignId = await newCampaign(bed, { budget: '100.00' });
  const clip = await newApprovedClip(bed, campaignId, 'clipper', [0, 5_000]);
  await track(bed, campaignId);
  await newEarnings(bed, 'clipper', '50.00');
  await bed.ask(SubmitClipDocument, { campaignId, url: newClip(bed, [1]).url }, 'clipper');
  const { requestPayout } = await bed.ask<{ requestPayout: { status: string } }, object>(
    'mutation { requestPayout(input: { amount: "20.00", method: PAYPAL, details: "me@example.com" }) { status } }',
    {},
    'clipper',
  );
  expect(requestPayout.status).toBe('PENDING');
  const [paid] = await bed.database.query('select earnings::text from clip where id = $1', [clip.clipId]);
  expect(paid).toEqual({ earnings: '5000000' });
  expect((await fetch(`${bed.address}/readyz`)).status).toBe(200);
  expect(await verify(bed.database.orm.em.fork(), [], () => undefined)).toBe(0);
});

test.each([
  ['change an entry', 'update earning_entry set amount = 1'],
  ['delete a reading', 'delete from view_tracking'],
  ['delete an audit event', 'delete from audit_event'],
  ['change a campaign event', "update campaign_event set content = '{}'"],
  ['write a total', 'update campaign_totals set earnings = 1'],
  ['empty the ledger', 'truncate earning_entry cascade'],
  ['switch a trigger off', 'alter table earning_entry disable trigger all'],
  ['skip all triggers', 'set session_replication_role = replica'],
  ['drop a table', 'drop table earning_entry'],
  [
    'replace what a trigger does',
    'create or replace function public.refuse_change() returns trigger as $$ begin return new; end $$ language plpgsql',
  ],
  [
    'add a trigger',
    'create trigger mine before insert on clip for each row execute function suppress_redundant_updates_trigger()',
  ],
  ['become the owner', `set role ${OWNER}`],
])('the role of the servers cannot %s', async (_title, statement) => {
  await expect(asApp(statement)).rejects.toThrow(
    /permission denied|must be owner|append-only|kept by the database|refuse|only/i,
  );
});

test('the owner can switch a trigger off: what that hides, only proofs and heads kept elsewhere find', async () => {
  await onServer(
    addressFor(OWNER),
    'begin; alter table earning_entry disable trigger user; update earning_entry set amount = amount + 1; alter table earning_entry enable trigger user; commit',
  );
  const told: string[] = [];
  expect(await verify(bed.database.orm.em.fork(), [], (line) => told.push(line))).toBeGreaterThan(0);
  expect(told).toContain('BROKEN 1 earnings are sums');
});
