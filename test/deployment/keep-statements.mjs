// Keeps the statements of this release, for the next one's test that they still run on its schema (expand and contract):
// RECORD_STATEMENTS=/tmp/statements.jsonl npm test && node test/deployment/keep-statements.mjs /tmp/statements.jsonl RELEASE
import fs from 'node:fs';
import path from 'node:path';

const [, , recorded, release] = process.argv;
const LIMIT = 100_000;
/** MikroORM writes its values into the text: one statement of each shape is enough. */
const shapeOf = (text) =>
  text
    .replace(/'(?:[^']|'')*'/g, '?')
    .replace(/\b\d+\b/g, '?')
    .replace(
      /\((?:\?|null|default|true|false)(?:, (?:\?|null|default|true|false))*\)(?:, \((?:\?|null|default|true|false)(?:, (?:\?|null|default|true|false))*\))*/g,
      '(?)',
    )
    .replace(/\s+/g, ' ');

const kept = new Map();
for (const line of fs.readFileSync(recorded, 'utf8').split('\n').filter(Boolean)) {
  const text = JSON.parse(line);
  if (!/^\s*(select|with|insert|update|delete)\b/i.test(text) || text.length > LIMIT) continue;
  // A table that a test makes for itself.
  if (/^\s*update account\b/.test(text)) continue;
  // A table that the import makes for itself.
  if (/\bimport_event\b/.test(text)) continue;
  // What is about the catalogue or the queue's own schema is not ours to keep.
  if (/pg_catalog|information_schema|pg_class|pgboss|mikro_orm/.test(text)) continue;
  const shape = shapeOf(text);
  const known = kept.get(shape);
  if (known === undefined || text.length < known.length) kept.set(shape, text);
}
const statements = [...kept.values()].map((text) => text.replace(/\s+/g, ' ').trim()).sort();
const file = path.join(import.meta.dirname, 'previous-release.json');
fs.writeFileSync(file, `${JSON.stringify({ release, statements }, null, 1)}\n`);
process.stdout.write(`${statements.length} statements of ${release}\n`);
