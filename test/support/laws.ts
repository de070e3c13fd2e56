import { checkLaws } from '../../src/proof/laws.js';
import type { TestDatabase } from './test-database.js';

/** Fails, with the rows that break them, unless every law of V1 holds. */
export async function expectLawsHold(database: TestDatabase): Promise<void> {
  const broken = (await checkLaws(database.orm.em)).filter((law) => law.violations > 0);
  expect(broken.map(({ law, examples }) => ({ law, examples }))).toEqual([]);
}
