import fc from 'fast-check';
import { sql } from 'kysely';
import { database } from '../../src/infra/database/database.js';
import { checkLaws } from '../../src/proof/laws.js';
import { moneyText } from '../../src/proof/money.sql.js';
import { formatMoney } from '../../src/shared/money.js';
import { newApprovedClip, newCampaign, track } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed();
});
afterAll(() => bed.stop());

test('M3 SQL writes money as formatMoney does, to the last micro and below 0', async () => {
  const edges = [0n, 1n, 10n, 1_370n, 10_000n, 100_000n, 127_850_000n, 2_449_000_000n, -1n, -12_500_000n];
  const amounts = [...edges, ...fc.sample(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), 500)];
  const { rows } = await sql<{ text: string | null }>`
    select ${moneyText('amount')} as text from unnest(${[...amounts, null]}::bigint[]) with ordinality t(amount, place) order by place`.execute(
    database(bed.database.orm.em.fork()),
  );
  expect(rows.map(({ text }) => text)).toEqual([...amounts.map((amount) => formatMoney(amount)), null]);
});

test('V1 M3 a broken law is told with money as a decimal string', async () => {
  const campaignId = await newCampaign(bed);
  const { clipId } = await newApprovedClip(bed, campaignId, 'ann', [0, 3_000]);
  await track(bed, campaignId);
  const superuser = (set: string) =>
    bed.database.query(
      `set session_replication_role = replica; update clip set ${set} where id = '${clipId}'; reset session_replication_role`,
    );
  await superuser('earnings = earnings + 1');
  const [first] = await checkLaws(bed.database.orm.em.fork());
  await superuser('earnings = earnings - 1');
  expect(first?.examples).toContain(`clip ${clipId} shows 3.000001, its entries sum to 3.00`);
});
