import type { IncomingMessage, Server } from 'node:http';
import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionArgs,
  execute,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  getOperationAST,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { DomainError, forbidden, rateLimited } from '../../shared/errors.js';
import { isId } from '../identifier.js';
import { END, mapIterator } from './async-iterator.js';
import { costOf, limitRules, requireCheap } from './query-limits.js';

const PATH = '/graphql';
const MESSAGE_LIMIT_BYTES = 100_000;
const SOCKETS_LIMIT = 5_000;
const CONNECT_WAIT_MS = 5_000;
const RECHECK_MS = 3_000;
/** On one connection, and connections of one user. */
const SUBSCRIPTIONS_LIMIT = 20;
const CONNECTIONS_LIMIT = 20;
const FORBIDDEN_CLOSE = 4_403;
export const PARSER_TOKENS = 1_000;
export const VALIDATION_ERRORS = 5;

/** A signed-in socket. */
type Bearer = { viewerId: string };

export interface WebSocketOptions<Context> {
  server: Server;
  schema: GraphQLSchema;
  /** Who the token of the connection speaks of; throws when it is refused. */
  signIn(authorization: string | undefined): Promise<{ id: string } | null>;
  /** A context of its own for every event. Null: the viewer is not (or no longer) let in. */
  contextOf(viewerId: string): Promise<Context | null>;
  /** Why a caller may not send an operation. */
  refuseOperation(text: string, context: Context): DomainError | undefined;
  /** Of these users, those who are no longer let in. */
  findRefused(viewerIds: string[]): Promise<string[]>;
  formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError;
  /** Counts a connection, and what its viewer asks for; both throw when it is too much. */
  admitAddress(request: IncomingMessage): void;
  admitViewer(viewerId: string): void;
}

/** Subscriptions over graphql-ws. Queries and mutations go over HTTP, where their limits are. */
export function createWebSocket<Context>(options: WebSocketOptions<Context>): { stop(): Promise<void> } {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_LIMIT_BYTES });
  const bearers = new Map<object, { viewerId: string; close(code: number, reason: string): void }>();
  options.server.on('upgrade', (request, socket, head) => {
    const path = (request.url ?? '').split('?')[0];
    if (path !== PATH || sockets.clients.size >= SOCKETS_LIMIT || !admitted(() => options.admitAddress(request)))
      return socket.destroy();
    sockets.handleUpgrade(request, socket, head, (client) => sockets.emit('connection', client, request));
  });
  const format = (errors: readonly GraphQLError[]) =>
    errors.map((error) => {
      const { message, path, extensions } = options.formatError(inApolloForm(error), error);
      return new GraphQLError(message, { path, extensions });
    });
  const dispose = useServer<Record<string, unknown>, Bearer>(
    {
      schema: options.schema,
      connectionInitWaitTimeout: CONNECT_WAIT_MS,
      async onConnect({ connectionParams, extra }) {
        const authorization = connectionParams?.Authorization ?? connectionParams?.authorization;
        const viewer = await options
          .signIn(typeof authorization === 'string' ? authorization : undefined)
          .catch(() => null);
        const open = [...bearers.values()].filter((bearer) => bearer.viewerId === viewer?.id).length;
        if (!viewer || open >= CONNECTIONS_LIMIT) return false;
        const { socket } = extra as unknown as { socket: { close(code: number, reason: string): void } };
        (extra as Bearer).viewerId = viewer.id;
        bearers.set(extra, { viewerId: viewer.id, close: (code, reason) => socket.close(code, reason) });
        return true;
      },
      onDisconnect: ({ extra }) => void bearers.delete(extra),
      onClose: ({ extra }) => void bearers.delete(extra),
      async onSubscribe({ extra, subscriptions }, _id, payload) {
        // This one is among them already. What is answered here is brought into its form by onError.
        if (Object.keys(subscriptions).length > SUBSCRIPTIONS_LIMIT)
          return [refusal(rateLimited(`At most ${SUBSCRIPTIONS_LIMIT} subscriptions are open at once.`, 1))];
        const document = readSubscription(options, extra.viewerId ?? '', payload);
        if (Array.isArray(document)) return document;
        const contextValue = await options.contextOf(extra.viewerId ?? '');
        if (contextValue === null) return [refusal(forbidden('This account is suspended.'))];
        const refused = options.refuseOperation(payload.query, contextValue);
        if (refused) return [refusal(refused)];
        return {
          schema: options.schema,
          document,
          operationName: payload.operationName,
          variableValues: payload.variables,
          contextValue,
        };
      },
      subscribe: (args) => subscribeAfresh(args, () => options.contextOf(viewerOf(args))) as never,
      onError: (_context, _id, _payload, errors) => format(errors as GraphQLError[]),
      onNext: (_context, _id, _payload, _args, result) =>
        result.errors ? { ...result, errors: format(result.errors as GraphQLError[]) } : result,
    },
    sockets,
  );
  const timer = setInterval(() => void closeRefused(bearers, options).catch(() => undefined), RECHECK_MS);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await dispose.dispose();
    },
  };
}

const viewerOf = (args: ExecutionArgs) => (args.contextValue as { viewer?: { id: string } } | null)?.viewer?.id ?? '';

/** Apollo gives refused documents a code before it asks for their form; here it is given. */
function inApolloForm(error: GraphQLError): GraphQLFormattedError {
  const code = error.extensions.code ?? (error.path ? undefined : 'GRAPHQL_VALIDATION_FAILED');
  return { ...error.toJSON(), extensions: { ...error.extensions, ...(code ? { code } : {}) } };
}

const refusal = (error: DomainError) => new GraphQLError(error.message, { originalError: error });

function admitted(admit: () => void): boolean {
  try {
    admit();
    return true;
  } catch {
    return false;
  }
}

/** A document with one subscription in it, or what is wrong with it. Queries and mutations go over HTTP. */
function readSubscription<Context>(
  { schema, admitViewer }: WebSocketOptions<Context>,
  viewerId: string,
  { query, operationName, variables }: SubscribePayload,
): DocumentNode | GraphQLError[] {
  const refuse = (code: string, messages: string[]) =>
    messages.map((message) => new GraphQLError(message, { extensions: { code } }));
  try {
    const document = parse(query, { maxTokens: PARSER_TOKENS });
    if (getOperationAST(document, operationName)?.operation !== 'subscription') {
      return refuse('BAD_USER_INPUT', [
        'Over this connection only subscriptions are accepted: send queries and mutations over HTTP.',
      ]);
    }
    const errors = validate(schema, document, [...specifiedRules, ...limitRules], { maxErrors: VALIDATION_ERRORS });
    if (errors.length > 0) return [...errors];
    admitViewer(viewerId);
    requireCheap(costOf(schema, document, operationName, variables));
    return document;
  } catch (error) {
    if (error instanceof DomainError) return [refusal(error)];
    return refuse('GRAPHQL_PARSE_FAILED', [(error as Error).message]);
  }
}

/** graphql-js would run every event with the context of the subscribe call: stale loaders, a stale viewer. */
async function subscribeAfresh(args: ExecutionArgs, contextOf: () => Promise<unknown>) {
  const events = await createSourceEventStream(args);
  if (!(Symbol.asyncIterator in events)) return events;
  const iterator = (events as AsyncIterable<unknown>)[Symbol.asyncIterator]();
  return mapIterator(iterator, async (rootValue) => {
    const contextValue = await contextOf();
    return contextValue === null ? END : execute({ ...args, rootValue, contextValue });
  });
}

/** A suspended user's sockets close within seconds. @see docs/domain.md U1 */
async function closeRefused<Context>(
  bearers: Map<object, { viewerId: string; close(code: number, reason: string): void }>,
  options: WebSocketOptions<Context>,
): Promise<void> {
  const ids = [...new Set([...bearers.values()].map((bearer) => bearer.viewerId))].filter(isId);
  if (ids.length === 0) return;
  const refused = new Set(await options.findRefused(ids));
  for (const bearer of bearers.values()) if (refused.has(bearer.viewerId)) bearer.close(FORBIDDEN_CLOSE, 'Forbidden');
}
