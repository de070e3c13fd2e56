import { type GraphQLField, getNamedType, isLeafType, isObjectType } from 'graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { Grant } from '../../src/user/grants.js';
import type { Testbed } from './testbed.js';
import type { World } from './world.js';

/**
 * Who calls in the access matrix, those who may least first, and the grants that they hold. The owner has one of everything
 * (test/support/world.ts), "other" has a clip in the same campaign, "clipper" has nothing.
 */
export const HELD = {
  nobody: [],
  clipper: [Grant.OWNER],
  other: [Grant.OWNER],
  owner: [Grant.OWNER],
  admin: [Grant.OWNER, Grant.ADMIN],
} as const satisfies Record<string, readonly Grant[]>;

export type Caller = keyof typeof HELD;
export const CALLERS = Object.keys(HELD) as Caller[];

/** "ok", "null", "empty", or the code of the refusal; "CLOSED" for a WebSocket that is not let in. */
export type Outcome = string;

/** What an operation is called with, and what each caller meets. */
export interface Row {
  /** Variables of the field, for whoever calls; made anew for each, because a mutation uses them up. */
  args?: (world: World, caller: Caller) => Promise<object> | object;
  /** A clipper who has nothing meets what "other" meets, unless it is said. */
  expect: Record<Exclude<Caller, 'clipper'>, Outcome> & { clipper?: Outcome };
  /** For a subscription: makes an event for the caller. */
  cause?: (world: World, caller: Caller) => Promise<void>;
}

export const expectedOf = (expected: Row['expect'], caller: Caller): Outcome => expected[caller] ?? expected.other;

export const ALL = (outcome: Outcome): Row['expect'] => ({
  admin: outcome,
  owner: outcome,
  other: outcome,
  nobody: outcome,
});
export const ANYONE = ALL('ok');
export const SIGNED_IN = { ...ALL('ok'), nobody: 'UNAUTHENTICATED' };
export const OWNER_OR_ADMIN = { admin: 'ok', owner: 'ok', other: 'null', nobody: 'UNAUTHENTICATED' };
export const ADMIN_ONLY = { admin: 'ok', owner: 'FORBIDDEN', other: 'FORBIDDEN', nobody: 'UNAUTHENTICATED' };
export const OWN_ALONE = { admin: 'NOT_FOUND', owner: 'ok', other: 'NOT_FOUND', nobody: 'UNAUTHENTICATED' };

/** The smallest document that asks for a field with all arguments that are given. */
export function documentFor(kind: string, { name, args, type }: GraphQLField<unknown, unknown>, given: object): string {
  const used = args.filter((arg) => arg.name in given);
  const declared = used.map((arg) => `$${arg.name}: ${arg.type}`).join(', ');
  const passed = used.map((arg) => `${arg.name}: $${arg.name}`).join(', ');
  const named = getNamedType(type);
  const fields = isObjectType(named) && named.getFields().nodes ? '{ nodes { __typename } }' : '{ __typename }';
  return `${kind} ${declared && `(${declared})`} { ${name}${passed && `(${passed})`} ${isLeafType(named) ? '' : fields} }`;
}

interface Answered {
  data?: object | null;
  errors?: readonly { extensions?: { code?: string } }[];
}

/** What an answer says of one field. */
export function outcomeOf({ data, errors }: Answered, name: string): Outcome {
  if (errors?.[0]) return errors[0].extensions?.code ?? 'no code';
  const value = (data as Record<string, { nodes?: unknown[] } | null> | null | undefined)?.[name];
  if (value === null || value === undefined) return 'null';
  return value.nodes?.length === 0 ? 'empty' : 'ok';
}

const CAUSE_EVERY_MS = 200;

/** What a caller meets who subscribes: the first event, the refusal, or "CLOSED". `cause` is called until an event comes. */
export async function follow(
  bed: Testbed,
  query: string,
  variables: object,
  caller: string | { token: string },
  cause?: () => Promise<void> | undefined,
): Promise<Outcome> {
  const token = typeof caller === 'object' ? caller.token : caller === 'nobody' ? null : await bed.token(caller);
  const client = createClient({
    url: `${bed.address.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: token === null ? {} : { Authorization: `Bearer ${token}` },
  });
  let outcome: Outcome | undefined;
  const first = new Promise<Outcome>((resolve) => {
    client.subscribe(
      { query, variables: variables as Record<string, unknown> },
      {
        next: ({ errors }) => resolve((errors?.[0]?.extensions?.code as string | undefined) ?? 'ok'),
        error: (error) => resolve(Array.isArray(error) ? String(error[0]?.extensions?.code) : 'CLOSED'),
        complete: () => resolve('complete'),
      },
    );
  }).then((met) => {
    outcome = met;
    return met;
  });
  while (cause && outcome === undefined) {
    await cause();
    await Promise.race([first, new Promise((resolve) => setTimeout(resolve, CAUSE_EVERY_MS))]);
  }
  const met = await first;
  await client.dispose();
  return met;
}
