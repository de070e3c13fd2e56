import { type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';
import { type RawBuilder, sql } from 'kysely';

type Fields = ReadonlySet<string>;
const NONE: Fields = new Set();

/**
 * What was selected below a field of a document, by where below it; a document's nodes are the same each time it is
 * asked.
 */
const known = new WeakMap<object, Map<string, Fields>>();

/**
 * The names of the fields that are asked for below a field, or below what `path` names there: more than is answered
 * where the document has conditions, never less.
 */
export const fieldsOf = (info: GraphQLResolveInfo, ...path: string[]): Fields => fieldsAt(info, path.join('.'), [path]);

/** The same of a list's elements. */
export const fieldsOfNodes = (info: GraphQLResolveInfo, ...path: string[]): Fields =>
  fieldsAt(info, `nodes ${path.join('.')}`, [
    ['nodes', ...path],
    ['edges', 'node', ...path],
  ]);

function fieldsAt(info: GraphQLResolveInfo, key: string, ways: string[][]): Fields {
  const [node, ...others] = info.fieldNodes;
  if (!node) return NONE;
  const paths = known.get(node) ?? new Map<string, Fields>();
  const found = others.length === 0 ? paths.get(key) : undefined;
  if (found) return found;
  const fields: Fields = new Set(
    info.fieldNodes.flatMap(({ selectionSet }) => ways.flatMap((way) => namesAt(info, selectionSet, way, new Set()))),
  );
  if (others.length === 0) known.set(node, paths.set(key, fields));
  return fields;
}

/**
 * @param seen fragments, with how far below them is looked: fragments that spread each other would take for ever
 * otherwise
 */
function namesAt(
  info: GraphQLResolveInfo,
  selections: SelectionSetNode | undefined,
  path: string[],
  seen: Set<string>,
): string[] {
  const [next, ...rest] = path;
  return (selections?.selections ?? []).flatMap((selection): string[] => {
    if (selection.kind === Kind.INLINE_FRAGMENT) return namesAt(info, selection.selectionSet, path, seen);
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const here = `${selection.name.value} ${path.length}`;
      if (seen.has(here)) return [];
      seen.add(here);
      return namesAt(info, info.fragments[selection.name.value]?.selectionSet, path, seen);
    }
    const { name, selectionSet } = selection;
    if (next === undefined) return [name.value];
    return name.value === next ? namesAt(info, selectionSet, rest, seen) : [];
  });
}

/**
 * The columns of a table that its lists answer. Those on demand are read by the field of their name and by nothing
 * else, so that they may be missing where nobody asks for it; reading them costs more than half of what a page costs.
 */
export interface Columns<Entity> {
  always: readonly (keyof Entity & string)[];
  onDemand: readonly (keyof Entity & string)[];
}

/** Of the fields asked for those that need a column of their own, in a fixed order: a page's key can hold them. */
export const requestedColumns = <Entity>({ onDemand }: Columns<Entity>, fields: Fields): string[] =>
  onDemand.filter((name) => fields.has(name));

const columnOf = (property: string) => property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Clients ask for the same few selections of a table again and again. */
const selected = new WeakMap<object, Map<string, RawBuilder<unknown>>>();
const SELECTIONS_KEPT = 500;

const flat = (prefix: string, name: string) => `${prefix}${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;

/**
 * Selects a table's columns under the names of its entity: those it always answers, and those requestedColumns; under
 * names that begin with `prefix`.
 */
export function select<Entity>(
  alias: string,
  columns: Columns<Entity>,
  requested: readonly string[],
  prefix?: string,
): RawBuilder<unknown> {
  const ofTable = selected.get(columns) ?? new Map<string, RawBuilder<unknown>>();
  const key = `${alias} ${prefix ?? ''} ${requested.join(' ')}`;
  const known = ofTable.get(key);
  if (known) return known;
  const names = [...columns.always, ...requested];
  const named = names.map((name) => `${alias}.${columnOf(name)} as "${prefix ? flat(prefix, name) : name}"`);
  const made = sql.raw<unknown>(named.join(', '));
  if (ofTable.size < SELECTIONS_KEPT) selected.set(columns, ofTable.set(key, made));
  return made;
}

/** Puts what was selected with a prefix into an object of its own under that name; null where its row is missing. */
export function nest<Row extends object, Entity, Name extends string>(
  rows: Row[],
  prefix: Name,
  columns: Columns<Entity>,
  requested: readonly string[],
): (Row & Record<Name, Entity | null>)[] {
  const names = [...columns.always, ...requested].map((name) => [name, flat(prefix, name)] as const);
  for (const row of rows as Record<string, unknown>[]) {
    const nested: Record<string, unknown> = {};
    for (const [name, column] of names) nested[name] = row[column];
    row[prefix] = nested.id == null ? null : nested;
  }
  return rows as (Row & Record<Name, Entity | null>)[];
}
