// Prints the score of each file of rules and the mutants that survived; ends with 1 when a file is below its limit.
// node test/mutation/scores.mjs RESULT.json
import fs from 'node:fs';

/** Rules that decide about money, rights, tracking and payouts. */
const STRICT = [
  'src/shared/money.ts',
  /^src\/(earnings\/settlement|payout|proof|tracking|user)\//,
  'src/submission/submission.rules.ts',
  'src/campaign/campaign.rules.ts',
];
const STRICT_PERCENT = 90;
const OTHERS_PERCENT = 80;
const KILLED = new Set(['Killed', 'Timeout']);
const COUNTED = new Set([...KILLED, 'Survived', 'NoCoverage']);

const { files } = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
let low = 0;
for (const [name, { mutants, source }] of Object.entries(files).toSorted()) {
  const counted = mutants.filter((mutant) => COUNTED.has(mutant.status));
  if (counted.length === 0) continue;
  const killed = counted.filter((mutant) => KILLED.has(mutant.status)).length;
  const strict = STRICT.some((each) => (typeof each === 'string' ? each === name : each.test(name)));
  const limit = strict ? STRICT_PERCENT : OTHERS_PERCENT;
  const percent = Math.floor((killed * 1_000) / counted.length) / 10;
  if (percent < limit) low += 1;
  process.stdout.write(`${percent < limit ? 'LOW' : 'ok '} ${percent} % (${killed}/${counted.length}) ${name}\n`);
  const lines = source.split('\n');
  for (const { status, location, mutatorName, replacement } of counted)
    if (!KILLED.has(status))
      process.stdout.write(
        `      ${location.start.line} ${mutatorName}: ${lines[location.start.line - 1].trim()} -> ${replacement.replaceAll(/\s+/g, ' ').slice(0, 80)}\n`,
      );
}
process.stdout.write(low === 0 ? 'every file reaches its limit\n' : `${low} files are below their limit\n`);
process.exitCode = low === 0 ? 0 : 1;
