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
import { handleProtocols, makeServer, type SubscribePayload } from 'graphql-ws';
import { WebSocketServer } from 'ws';
import { DomainError, forbidden, rateLimited } from '../../shared/errors.js';
import { isId } from '../identifier.js';
import type { Logger } from '../observability/logger.js';
import { END, mapIterator } from './async-iterator.js';
import { limitRules, weigh } from './query-limits.js';
import { SocketConnection } from './socket-connection.js';

const PATH = '/graphql';
const MESSAGE_LIMIT_BYTES = 100_000;
const SOCKETS_LIMIT = 5_000;
const CONNECT_WAIT_MS = 5_000;
const RECHECK_MS = 3_000;
/** On one connection, and connections of one user. */
const SUBSCRIPTIONS_LIMIT = 20;
const CONNECTIONS_LIMIT = 20;
const FORBIDDEN_CLOSE = 4_403;
const UNAUTHORIZED_CLOSE = 4_401;
const GOING_AWAY_CLOSE = 1_001;
export const PARSER_TOKENS = 1_000;
export const VALIDATION_ERRORS = 5;

export interface WebSocketOptions<Context> {
  server: Server;
  schema: GraphQLSchema;
  log: Logger;
  /** The clock that tokens expire by. */
  now(): Date;
  /**
   * Who the token of the connection speaks of, and until when it is accepted (ms since 1970); throws when it is
   * refused.
   */
  signIn(authorization: string | undefined): Promise<{ id: string; expiresAt: number } | null>;
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
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_LIMIT_BYTES, handleProtocols });
  const signedIn = new Set<SocketConnection>();
  options.server.on('upgrade', (request, socket, head) => {
    const path = (request.url ?? '').split('?')[0];
    if (path !== PATH || sockets.clients.size >= SOCKETS_LIMIT || !admitted(() => options.admitAddress(request)))
      return socket.destroy();
    sockets.handleUpgrade(request, socket, head, (client) => sockets.emit('connection', client, request));
  });
  const protocol = createProtocol(options, signedIn);
  sockets.on('connection', (socket) => new SocketConnection(socket, options.log).serve(protocol));
  const timer = setInterval(() => void closeRefused(signedIn, options).catch(() => undefined), RECHECK_MS);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      for (const client of sockets.clients) client.close(GOING_AWAY_CLOSE, 'Going away');
      await new Promise((resolve) => sockets.close(resolve));
    },
  };
}

/** What graphql-ws is to do on every socket. Signed-in sockets are kept in the given set. */
function createProtocol<Context>(options: WebSocketOptions<Context>, signedIn: Set<SocketConnection>) {
  const format = (errors: readonly GraphQLError[]) =>
    errors.map((error) => {
      const { message, path, extensions } = options.formatError(inApolloForm(error), error);
      return new GraphQLError(message, { path, extensions });
    });
  return makeServer<Record<string, unknown>, SocketConnection>({
    schema: options.schema,
    connectionInitWaitTimeout: CONNECT_WAIT_MS,
    async onConnect({ connectionParams, extra }) {
      const authorization = connectionParams?.Authorization ?? connectionParams?.authorization;
      const viewer = await options
        .signIn(typeof authorization === 'string' ? authorization : undefined)
        .catch(() => null);
      const open = [...signedIn].filter((each) => each.viewerId === viewer?.id).length;
      if (!viewer || open >= CONNECTIONS_LIMIT) return false;
      extra.viewerId = viewer.id;
      extra.expiresAt = viewer.expiresAt;
      signedIn.add(extra);
      return true;
    },
    onDisconnect: ({ extra }) => void signedIn.delete(extra),
    onClose: ({ extra }) => void signedIn.delete(extra),
    async onSubscribe({ extra, subscriptions }, _id, payload) {
      // This one is among them already.
      const document =
        Object.keys(subscriptions).length > SUBSCRIPTIONS_LIMIT
          ? [refusal(rateLimited(`At most ${SUBSCRIPTIONS_LIMIT} subscriptions are open at once.`, 1))]
          : readSubscription(options, extra.viewerId, payload);
      const contextValue = Array.isArray(document) ? null : await options.contextOf(extra.viewerId);
      const refused = contextValue === null ? undefined : options.refuseOperation(payload.query, contextValue);
      if (Array.isArray(document) || contextValue === null || refused) {
        extra.noteRefusal();
        // What is answered here is brought into its form by onError.
        if (Array.isArray(document)) return document;
        return [refusal(refused ?? forbidden('This account is suspended.'))];
      }
      const { operationName, variables: variableValues } = payload;
      return { schema: options.schema, document, operationName, variableValues, contextValue };
    },
    subscribe: (args) => subscribeAfresh(args, () => options.contextOf(viewerOf(args))) as never,
    onOperation({ extra }, _id, _payload, _args, result) {
      if (!(Symbol.asyncIterator in result)) extra.noteRefusal();
    },
    onError: (_context, _id, _payload, errors) => format(errors as GraphQLError[]),
    onNext: (_context, _id, _payload, _args, result) =>
      result.errors ? { ...result, errors: format(result.errors as GraphQLError[]) } : result,
  });
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
  const refuse = (code: string, message: string) => [new GraphQLError(message, { extensions: { code } })];
  try {
    admitViewer(viewerId);
    const document = parse(query, { maxTokens: PARSER_TOKENS });
    if (getOperationAST(document, operationName)?.operation !== 'subscription') {
      return refuse(
        'BAD_USER_INPUT',
        'Over this connection only subscriptions are accepted: send queries and mutations over HTTP.',
      );
    }
    const errors = validate(schema, document, [...specifiedRules, ...limitRules], { maxErrors: VALIDATION_ERRORS });
    if (errors.length > 0) return [...errors];
    const { errors: refusals } = weigh(schema, { document, operationName, variables });
    return refusals ? [...refusals] : document;
  } catch (error) {
    if (error instanceof DomainError) return [refusal(error)];
    return refuse('GRAPHQL_PARSE_FAILED', (error as Error).message);
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

/**
 * Closes sockets whose token has expired, and, within seconds, those of suspended users.
 * @see docs/domain.md U1
 */
async function closeRefused<Context>(
  signedIn: ReadonlySet<SocketConnection>,
  options: WebSocketOptions<Context>,
): Promise<void> {
  const now = options.now().getTime();
  for (const each of signedIn) if (each.expiresAt <= now) each.close(UNAUTHORIZED_CLOSE, 'The token has expired');
  const ids = [...new Set([...signedIn].map((each) => each.viewerId))].filter(isId);
  if (ids.length === 0) return;
  const refused = new Set(await options.findRefused(ids));
  for (const each of signedIn) if (refused.has(each.viewerId)) each.close(FORBIDDEN_CLOSE, 'Forbidden');
}
