import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache } from '@apollo/client';
import { ErrorLink } from '@apollo/client/link/error';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { getMainDefinition, relayStylePagination } from '@apollo/client/utilities';
import { createClient } from 'graphql-ws';
import { setLive } from './live.js';

export interface ConsoleClient {
  apollo: ApolloClient;
  close(): void;
}

const pages = (keys: string[] = []) => relayStylePagination(keys);

/** How answers are kept: lists by their filters, pages of one list together. Types without an id belong to their parent. */
const createCache = () =>
  new InMemoryCache({
    typePolicies: {
      Query: {
        fields: {
          campaigns: pages(['status', 'platform', 'search', 'orderBy']),
          submissions: pages(['status', 'campaignId', 'clipperId', 'platform', 'orderBy']),
          payoutRequests: pages(['status', 'clipperId']),
          payouts: pages(['clipperId', 'method', 'from', 'to']),
          clips: pages(['state', 'campaignId', 'suspect', 'held', 'signal']),
          users: pages(['search', 'role']),
          trackingRuns: pages(),
          auditEvents: pages(['subjectType', 'subjectId', 'actorId', 'action', 'from', 'to']),
        },
      },
      User: {
        fields: {
          submissions: pages(['status', 'campaignId']),
          payoutRequests: pages(),
          payouts: pages(),
          notifications: pages(['unreadOnly']),
        },
      },
      Campaign: { fields: { submissions: pages(['status']), rounds: pages() } },
      Clip: { fields: { readings: pages(), earningEntries: pages(), signals: pages() } },
    },
  });

/**
 * The API over HTTP, and over one WebSocket for subscriptions.
 * @param token of the session; null for a visitor
 * @param onRefused called when the API says that the token is not accepted any more
 */
export function createConsoleClient(token: string | null, onRefused: () => void): ConsoleClient {
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  const http = new HttpLink({ uri: '/graphql', headers });
  const socket = createClient({
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
    lazy: true,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    connectionParams: token === null ? {} : { Authorization: `Bearer ${token}` },
    on: { connected: () => setLive(true), closed: () => setLive(false) },
  });
  const refused = new ErrorLink(({ error }) => {
    if (token === null || !CombinedGraphQLErrors.is(error)) return;
    if (error.errors.some((each) => each.extensions?.code === 'UNAUTHENTICATED')) onRefused();
  });
  const transport = ApolloLink.split(
    ({ query }) => {
      const definition = getMainDefinition(query);
      return definition.kind === 'OperationDefinition' && definition.operation === 'subscription';
    },
    new GraphQLWsLink(socket),
    http,
  );
  return {
    apollo: new ApolloClient({ link: ApolloLink.from([refused, transport]), cache: createCache() }),
    close: () => void socket.dispose(),
  };
}
