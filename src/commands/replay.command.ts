import { replay } from '../proof/replay.service.js';
import { formatMoney } from '../shared/money.js';
import { defineCommand, UsageError } from './command-line.js';
import { print, withDatabase } from './with-database.js';

/** @see docs/domain.md V3 */
export const replayCommand = defineCommand({
  name: 'replay',
  summary: 'Computes all earnings again by the pure rules and compares them to the micro. Exit 1: something differs.',
  options: {
    until: { type: 'string', value: 'INSTANT', help: 'Leaves out what came later, as in 2026-11-20T08:00:00Z.' },
  },
  async run({ until: text }) {
    const until = text === undefined ? null : new Date(text);
    if (until && Number.isNaN(until.getTime()))
      throw new UsageError(`--until is wrong: "${text}" must be an instant such as 2026-11-20T08:00:00Z.`);
    await withDatabase(async ({ orm }) => {
      const { campaigns, events, readings, entries, earnings, differences, examples } = await replay(orm.em, until);
      for (const example of examples) print(example);
      print(`${campaigns} campaigns, ${events} events, ${readings} readings, ${entries} entries replayed.`);
      print(`Earned ${formatMoney(earnings)}. ${differences === 0 ? 'Nothing differs.' : `${differences} differ.`}`);
      if (differences > 0) process.exitCode = 1;
    });
  },
});
