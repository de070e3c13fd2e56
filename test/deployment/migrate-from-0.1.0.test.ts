import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import pg from 'pg';
import { ormOptions } from '../../mikro-orm.config.js';
import { connectDatabase, type MikroORM, migrate } from '../../src/infra/database/database.js';
import { createLogger } from '../../src/infra/observability/logger.js';
import { replay } from '../../src/proof/replay.service.js';
import { verify } from '../../src/proof/verify.service.js';
import { identityDigest } from '../../src/user/identity-digest.js';
import { signIn } from '../../src/user/user.service.js';
import { testSettings } from '../support/testbed.js';

/** The last migration of 0.1.0: its rows belong to the schema that stands after it. */
const LAST_MIGRATION = 'Migration20261121000009_legacy_import';

/**
 * Every row of a database that version 0.1.0 wrote by itself: sample data, a month of an admin's decisions (approved,
 * rejected, reopened, withdrawn, revoked, cancelled, completed, paid, returned) and an import.
 */
const rows = JSON.parse(
  zlib.gunzipSync(fs.readFileSync(path.join(import.meta.dirname, 'rows-0.1.0.json.gz'))).toString('utf8'),
) as Record<string, string[]>;

const deps = { settings: testSettings(), clock: { now: () => new Date() }, log: createLogger('error') };
let orm: MikroORM;
let client: pg.Client;
const name = `t_${randomBytes(6).toString('hex')}`;

const onServer = async (sql: string) => {
  const server = new pg.Client(process.env.TEST_SERVER_URL);
  await server.connect();
  await server.query(sql).finally(() => server.end());
};

beforeAll(async () => {
  await onServer(`create database ${name}`);
  const url = new URL(process.env.TEST_SERVER_URL ?? '');
  url.pathname = `/${name}`;
  orm = await connectDatabase(ormOptions, { url: url.href, poolSize: 2, log: createLogger('error') });
  await orm.migrator.up({ to: LAST_MIGRATION });
  client = new pg.Client(url.href);
  await client.connect();
  await client.query('begin');
  // The triggers have done their work on these rows already.
  await client.query("set local session_replication_role = 'replica'");
  for (const [table, lines] of Object.entries(rows)) {
    if (table === 'mikro_orm_migrations') continue;
    await client.query(`insert into "${table}" select * from json_populate_recordset(null::"${table}", $1::json)`, [
      `[${lines.join(',')}]`,
    ]);
  }
  await client.query('commit');
  await migrate(orm, url.href);
}, 120_000);
afterAll(async () => {
  await client.end();
  await orm.close();
  await onServer(`drop database ${name} with (force)`);
});

test('V1 every law holds for the rows of 0.1.0 after the migrations of this release', async () => {
  const lines: string[] = [];
  const broken = await verify(orm.em.fork(), [], (line) => lines.push(line));
  expect({ broken, lines: lines.filter((line) => !line.startsWith('head')) }).toMatchObject({ broken: 0 });
});

test('V3 replay finds no difference in the rows of 0.1.0', async () => {
  const result = await replay(orm.em.fork(), null);
  expect(result.entries).toBeGreaterThan(40);
  expect({ differences: result.differences, examples: result.examples }).toEqual({ differences: 0, examples: [] });
});

test('V5 the event chains of 0.1.0 keep their heads', async () => {
  const heads = (rows.campaign_event ?? []).map(
    (line) => JSON.parse(line) as { campaign_id: string; number: string; hash: string },
  );
  const newest = new Map(heads.map((each) => [each.campaign_id, each]));
  for (const each of heads) {
    if (BigInt(each.number) > BigInt(newest.get(each.campaign_id)?.number ?? '0')) newest.set(each.campaign_id, each);
  }
  const { rows: kept } = await client.query<{ hash: string }>('select hash::text from campaign_event');
  const present = new Set(kept.map(({ hash }) => hash));
  expect([...newest.values()].filter(({ hash }) => !present.has(hash))).toEqual([]);
  expect(newest.size).toBeGreaterThan(5);
});

test('no migration of this release loses a row of 0.1.0', async () => {
  const lost: string[] = [];
  for (const [table, lines] of Object.entries(rows)) {
    if (table === 'mikro_orm_migrations') continue;
    const { rows: counted } = await client.query<{ rows: number }>(`select count(*)::int as rows from "${table}"`);
    if ((counted[0]?.rows ?? 0) < lines.length) lost.push(`${table}: ${counted[0]?.rows} of ${lines.length}`);
  }
  expect(lost).toEqual([]);
});

test('U7 the migration puts a keyed digest where an audit event of 0.1.0 held an e-mail, and takes notes out, once', async () => {
  const old = (rows.audit_event ?? []).map((line) => JSON.parse(line) as { id: string; action: string; after: string });
  const promotions = old.filter((event) => event.action === 'user.admin-by-email');
  const notes = old.filter((event) => event.after?.includes('"note"'));
  expect([promotions.length > 0, notes.length > 0]).toEqual([true, true]);
  const { rows: now } = await client.query<{ id: string; action: string; after: string | null }>(
    'select id, action, after from audit_event',
  );
  const afterOf = new Map(now.map((event) => [event.id, event.after ?? '']));
  for (const { id, after } of promotions) {
    const { email } = JSON.parse(after) as { email: string };
    const emailDigest = await identityDigest(orm.em.fork(), deps, 'admin-by-email', email);
    expect(afterOf.get(id)).toBe(JSON.stringify({ role: 'ADMIN', emailDigest }));
  }
  for (const { id, after } of notes) {
    const { note: _, ...rest } = JSON.parse(after) as Record<string, unknown>;
    expect(JSON.parse(afterOf.get(id) ?? '')).toEqual(rest);
  }
  expect(now.filter((event) => event.after?.includes('@'))).toEqual([]);
  const changed = new Set([...promotions, ...notes].map((event) => event.id));
  expect(old.filter(({ id, after }) => !changed.has(id) && (after ?? '') !== afterOf.get(id))).toEqual([]);
  await expect(client.query('update audit_event set via = via')).rejects.toMatchObject({ code: '42501' });
});

test('U7 U2 an admin of 0.1.0 who was demoted is not promoted again by the same e-mail', async () => {
  const [promotion] = (rows.audit_event ?? [])
    .map((line) => JSON.parse(line) as { action: string; after: string; subject_id: string })
    .filter((event) => event.action === 'user.admin-by-email');
  const { email } = JSON.parse(promotion?.after ?? '') as { email: string };
  const { rows: found } = await client.query<{ subject: string }>(
    `update "user" set role = 'CLIPPER' where id = $1 returning subject`,
    [promotion?.subject_id],
  );
  const claims = { subject: found[0]?.subject ?? '', email, emailVerified: true, name: null };
  const settings = { ...deps.settings, ADMIN_EMAILS: [email] };
  const { viewer } = await signIn(orm.em.fork(), { ...deps, settings }, claims);
  expect(viewer.admin).toBe(false);
});

test('F4 the migration digests nothing', async () => {
  const { rows: requests } = await client.query(
    'select 1 from payout_request where terms_digest is not null or details_digest is not null',
  );
  expect(requests).toEqual([]);
});
