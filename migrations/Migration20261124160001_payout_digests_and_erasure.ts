import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { Migration } from '@mikro-orm/migrations';

const PROMOTION = 'user.admin-by-email';
const KEY_BYTES = 32;

/** Digests of payout requests, erasure of users, and no e-mail and no note in audit events any more. */
export class Migration20261124160001_payout_digests_and_erasure extends Migration {
  override name = 'Migration20261124160001_payout_digests_and_erasure';

  override async up(): Promise<void> {
    this.addSql(`alter table "user" add column "erased_at" timestamptz(3) null;`);
    this.addSql(
      `create table "erased_subject" ("digest" text not null, "erased_at" timestamptz(3) not null, primary key ("digest"));`,
    );
    this.addSql(
      `create table "installation_secret" ("name" text not null, "value" text not null, "created_at" timestamptz(3) not null, primary key ("name"));`,
    );
    this.addSql(
      `alter table "payout_request" add column "terms_digest" text null, add column "details_digest" text null;`,
    );
    this.addSql(`alter table "notification" add column "person_id" uuid null;`);
    this.addSql(`alter table "campaign_event" drop constraint "campaign_event_type_check";`);
    this.addSql(
      `alter table "campaign_event" add constraint "campaign_event_type_check" check ("type" in ('CREATED', 'TERMS_CHANGED', 'STATUS_CHANGED', 'ENDED', 'DELETED', 'SUBMITTED', 'APPROVED', 'REJECTED', 'REOPENED', 'WITHDRAWN', 'REVOKED', 'ROUND_SETTLED', 'ROUND_ABANDONED', 'IMPORTED', 'ERASED'));`,
    );
    await this.takePersonsOutOfAudit();
  }

  /**
   * The only change that audit events ever see: an e-mail becomes a keyed digest, a note of a decision goes (the request keeps
   * it). The key is made here and sealed by the application at its first use, where the environment has a key.
   */
  private async takePersonsOutOfAudit(): Promise<void> {
    const key = randomBytes(KEY_BYTES);
    const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
    this.addSql(
      `insert into installation_secret (name, value, created_at) values ('identity digests', ${text(`open:${key.toString('base64')}`)}, now());`,
    );
    this.addSql(`alter table "audit_event" disable trigger "audit_event_only_added";`);
    const promotions = (await this.execute(`select id, after from audit_event where action = '${PROMOTION}'`)) as {
      id: string;
      after: string;
    }[];
    for (const { id, after } of promotions) {
      const { role, email } = JSON.parse(after) as { role: string; email?: string };
      if (email === undefined) continue;
      const digested = JSON.stringify({ role, emailDigest: emailDigest(key, email) });
      this.addSql(`update audit_event set after = ${text(digested)} where id = ${text(id)};`);
    }
    this.addSql(
      `update audit_event set after = (after::jsonb - 'note')::text where subject_type = 'PayoutRequest' and action in ('payout-request.rejected', 'payout-request.returned');`,
    );
    this.addSql(`alter table "audit_event" enable trigger "audit_event_only_added";`);
  }
}

/** As src/user/identity-digest.ts makes it. Written out, because a migration must not change with the code. */
function emailDigest(key: Buffer, email: string): string {
  const derived = Buffer.from(hkdfSync('sha256', key, '', 'clipledger admin-by-email', KEY_BYTES));
  return createHmac('sha256', derived)
    .update(JSON.stringify([email]))
    .digest('hex');
}
