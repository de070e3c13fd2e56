import { type RawBuilder, sql } from 'kysely';
import { ArgsType, type ClassType, Field, ID, Int, ObjectType } from 'type-graphql';
import { badInput } from '../../shared/errors.js';
import { isId } from '../identifier.js';

export const PAGE_LIMIT = 100;
const DEFAULT_PAGE = 20;
const CURSOR_LENGTH_LIMIT = 500;

@ObjectType({ simpleResolvers: true, description: 'The position of a page in its list.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether there is more after this page.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Whether there are elements before this page.' })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'Cursor of the first element; null for an empty page.' })
  startCursor!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the last element. Pass it as "after" to get the next page.',
  })
  endCursor!: string | null;
}

@ArgsType()
export class PageArgs {
  @Field(() => Int, {
    nullable: true,
    defaultValue: DEFAULT_PAGE,
    description: 'Number of elements at most, 1 to 100; null for 20.',
  })
  first!: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor after which the page begins; omit it for the first page.',
  })
  after?: string | null;
}

export interface Edge<T> {
  cursor: string;
  node: T;
}

/** A page of a list, with the count of the whole list when it is asked for. */
export interface Connection<T> {
  edges: Edge<T>[];
  nodes: T[];
  pageInfo: PageInfo;
  count: () => Promise<number>;
}

/** Declares the GraphQL types `<name>Edge` and `<name>Connection`. Call it once per name, at module level. */
export function connectionOf<T extends object>(name: string, node: () => ClassType<T>): ClassType<Connection<T>> {
  @ObjectType(`${name}Edge`, { simpleResolvers: true, description: `One ${name} of a list with its cursor.` })
  class NodeEdge implements Edge<T> {
    @Field(() => String, { description: 'Its cursor. Pass it as "after" to get what follows.' })
    cursor!: string;

    @Field(node, { description: 'The element.' })
    node!: T;
  }

  @ObjectType(`${name}Connection`, { simpleResolvers: true, description: `A page of a list of ${name}.` })
  class NodeConnection implements Connection<T> {
    @Field(() => [NodeEdge], { description: 'The elements with their cursors.' })
    edges!: NodeEdge[];

    @Field(() => [node()], { description: 'The elements.' })
    nodes!: T[];

    @Field(() => PageInfo, { description: 'The position of this page in the list.' })
    pageInfo!: PageInfo;

    count!: () => Promise<number>;

    @Field(() => Int, { description: 'Number of elements in the whole list, not in this page.' })
    totalCount(): Promise<number> {
      return this.count();
    }
  }
  return NodeConnection;
}

/** The order of a list: by a value and then by id, or by id alone. Ids are UUIDv7, so by id is by age. */
export interface Order {
  direction: 'asc' | 'desc';
  id: RawBuilder<string>;
  value?: { expression: RawBuilder<unknown>; type: 'bigint' | 'timestamptz'; form: RegExp };
}

/** What a list's statement needs to answer one page: one row more than asked for tells whether there is a next page. */
export interface Slice {
  first: number;
  hasPrevious: boolean;
  limit: number;
  after: RawBuilder<boolean>;
  orderBy: RawBuilder<unknown>;
  /** Select it as "cursor". */
  cursor: RawBuilder<string>;
}

/**
 * Reads `first` and `after` for a list in the given order.
 * @throws BAD_USER_INPUT first outside 1 to 100, or a cursor that is not of such a list
 */
export function sliceOf(args: { first?: number | null; after?: string | null }, order: Order): Slice {
  const first = limitOf(args.first, DEFAULT_PAGE);
  const { id, value } = order;
  const direction = sql.raw(order.direction);
  return {
    first,
    hasPrevious: args.after != null,
    limit: first + 1,
    after: args.after == null ? sql<boolean>`true` : afterCursor(args.after, order),
    orderBy: value ? sql`${value.expression} ${direction}, ${id} ${direction}` : sql`${id} ${direction}`,
    cursor: value ? sql<string>`${value.expression}::text || ' ' || ${id}::text` : sql<string>`${id}::text`,
  };
}

/**
 * Checks a `first`: how many elements are wanted at most.
 * @throws BAD_USER_INPUT outside 1 to 100
 */
export function limitOf(first: number | null | undefined, byDefault: number): number {
  const limit = first ?? byDefault;
  if (limit < 1 || limit > PAGE_LIMIT) throw badInput('first', `first must be a whole number from 1 to ${PAGE_LIMIT}.`);
  return limit;
}

function afterCursor(cursor: string, { id, value, direction }: Order): RawBuilder<boolean> {
  const refused = () => badInput('after', 'after must be a cursor of this list.');
  if (cursor.length > CURSOR_LENGTH_LIMIT) throw refused();
  const parts = Buffer.from(cursor, 'base64url').toString('utf8').split(' ');
  const lastId = parts.pop() ?? '';
  const lastValue = parts.join(' ');
  if (!isId(lastId) || (value ? !isValue(value, lastValue) : lastValue !== '')) throw refused();
  const beyond = sql.raw(direction === 'asc' ? '>' : '<');
  if (!value) return sql<boolean>`${id} ${beyond} ${lastId}::uuid`;
  return sql<boolean>`(${value.expression}, ${id}) ${beyond} (${lastValue}::${sql.raw(value.type)}, ${lastId}::uuid)`;
}

/** A forged cursor may have the right form and still be no value of the column. */
function isValue(value: NonNullable<Order['value']>, text: string): boolean {
  if (!value.form.test(text)) return false;
  return (
    value.type !== 'timestamptz' ||
    text === 'infinity' ||
    !Number.isNaN(Date.parse(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')))
  );
}

/** Makes the page from the rows of its statement. */
export function pageOf<T extends object>(
  rows: (T & { cursor: string })[],
  slice: Slice,
  count: () => Promise<number>,
): Connection<T> {
  const nodes: (T & { cursor: string })[] = rows.length > slice.first ? rows.slice(0, slice.first) : rows;
  const [first, last] = [nodes.at(0), nodes.at(-1)];
  return {
    nodes,
    // Few ask for every element's own cursor.
    get edges() {
      return nodes.map((node) => ({ cursor: encode(node.cursor), node }));
    },
    pageInfo: {
      hasNextPage: rows.length > slice.first,
      hasPreviousPage: slice.hasPrevious,
      startCursor: first ? encode(first.cursor) : null,
      endCursor: last ? encode(last.cursor) : null,
    },
    count,
  };
}

const encode = (cursor: string) => Buffer.from(cursor).toString('base64url');

/** Newest first, by id. */
export const newestFirst = (id: RawBuilder<string>): Order => ({ direction: 'desc', id });

@ArgsType()
export class IdArgs {
  @Field(() => ID, { description: 'Identifier of the thing.' })
  id!: string;
}
