// Writes the parts of docs/ that follow from the code: the pictures of docs/architecture.md and the page docs/schema.md.
// Run by `npm run generate`; the drift check of `npm run check` fails when a page is not current.
import fs from 'node:fs';
import path from 'node:path';
import { buildSchema, isEnumType, isInputObjectType, isInterfaceType, isObjectType, isScalarType } from 'graphql';

const ROOT = path.join(import.meta.dirname, '..');
const read = (...parts) => fs.readFileSync(path.join(ROOT, ...parts), 'utf8');

const filesBelow = (folder) =>
  fs.readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = path.posix.join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(name) : /\.tsx?$/.test(name) ? [name] : [];
  });

/** The room of a file of src/; undefined for the files at its top. */
const roomOf = (file) => /^src\/([^/]+)\//.exec(file)?.[1];

/** Which rooms import which, without an arrow that follows from two others. */
function roomArrows() {
  const arrows = new Map();
  for (const file of filesBelow('src')) {
    const from = roomOf(file);
    if (!from || from === 'console') continue;
    if (!arrows.has(from)) arrows.set(from, new Set());
    for (const [, target] of read(file).matchAll(/from '(\.[^']+)'/g)) {
      const to = roomOf(path.posix.join(path.posix.dirname(file), target));
      if (to && to !== from) arrows.get(from).add(to);
    }
  }
  const reaches = (from, to, seen = new Set()) =>
    [...(arrows.get(from) ?? [])].some(
      (next) => next === to || (!seen.has(next) && seen.add(next) && reaches(next, to, seen)),
    );
  return [...arrows].sort().flatMap(([from, targets]) =>
    [...targets]
      .filter((to) => ![...targets].some((other) => other !== to && reaches(other, to)))
      .sort()
      .map((to) => `  ${from} --> ${to}`),
  );
}

/** Tables and their foreign keys, as the newest migration leaves them. */
function tables() {
  const { tables: all } = JSON.parse(read('migrations', 'snapshot.json'));
  const bare = (name) => name.replace(/^public\./, '');
  const lines = all.flatMap((table) =>
    Object.values(table.foreignKeys ?? {}).map(
      (key) => `  ${table.name} }o--|| ${bare(key.referencedTableName)} : "${key.columnNames.join(', ')}"`,
    ),
  );
  const linked = new Set(lines.flatMap((line) => line.split(/\s+/)));
  const alone = all.map((table) => table.name).filter((name) => !linked.has(name));
  return [...lines.sort(), ...alone.sort().map((name) => `  ${name}`)];
}

function replacePart(text, name, lines) {
  const pattern = new RegExp(`(<!-- ${name}: made by npm run generate -->\n)[\\s\\S]*?(<!-- end -->)`);
  if (!pattern.test(text)) throw new Error(`docs/architecture.md has no place for the ${name}`);
  return text.replace(pattern, `$1\n\`\`\`mermaid\n${lines.join('\n')}\n\`\`\`\n\n$2`);
}

const oneLine = (text) => (text ?? '').replace(/\s+/g, ' ').replaceAll('|', '\\|').trim();
const argumentsOf = (field) =>
  field.args?.length ? `(${field.args.map((each) => `${each.name}: ${each.type}`).join(', ')})` : '';
const row = (field) => {
  const described = (field.args ?? [])
    .filter((each) => each.description)
    .map((each) => `\`${each.name}\`: ${oneLine(each.description)}`);
  return `| \`${field.name}${argumentsOf(field)}\` | \`${field.type}\` | ${[oneLine(field.description), ...described].join('<br>')} |`;
};
const fieldsTable = (fields) => ['| field | type | meaning |', '|---|---|---|', ...Object.values(fields).map(row)];

function schemaPage() {
  const schema = buildSchema(read('schema', 'schema.graphql'));
  const types = Object.values(schema.getTypeMap())
    .filter((type) => !type.name.startsWith('__') && !['Query', 'Mutation', 'Subscription'].includes(type.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const section = (title, keep, body) => [
    `## ${title}`,
    '',
    ...types.filter(keep).flatMap((type) => [`### ${type.name}`, '', oneLine(type.description), '', ...body(type), '']),
  ];
  const root = (title, type) => (type ? [`## ${title}`, '', ...fieldsTable(type.getFields()), ''] : []);
  return `${[
    '# The schema',
    '',
    'Made from schema/schema.graphql by `npm run generate`. The same text is in the playground and in introspection.',
    '',
    ...root('Queries', schema.getQueryType()),
    ...root('Mutations', schema.getMutationType()),
    ...root('Subscriptions', schema.getSubscriptionType()),
    ...section(
      'Objects',
      (type) => isObjectType(type) || isInterfaceType(type),
      (type) => fieldsTable(type.getFields()),
    ),
    ...section('Inputs', isInputObjectType, (type) => fieldsTable(type.getFields())),
    ...section('Enums', isEnumType, (type) => [
      '| value | meaning |',
      '|---|---|',
      ...type.getValues().map((value) => `| \`${value.name}\` | ${oneLine(value.description)} |`),
    ]),
    ...section(
      'Scalars',
      (type) => isScalarType(type) && !['String', 'Int', 'Float', 'Boolean', 'ID'].includes(type.name),
      () => [],
    ),
  ]
    .join('\n')
    .trimEnd()}\n`;
}

const page = path.join(ROOT, 'docs', 'architecture.md');
let text = fs.readFileSync(page, 'utf8');
text = replacePart(text, 'rooms', ['flowchart BT', ...roomArrows()]);
text = replacePart(text, 'tables', ['erDiagram', ...tables()]);
fs.writeFileSync(page, text);
fs.writeFileSync(path.join(ROOT, 'docs', 'schema.md'), schemaPage());
