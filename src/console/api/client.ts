import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache } from '@apollo/client';
import { ErrorLink } from '@apollo/client/link/error';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { getMainDefinition, relayStylePagination } from '@apollo/client/utilities';
import { type Client, createClient } from 'graphql-ws';
import { tap } from 'rxjs';
import { setLive } from './live.js';

export interface ConsoleClient {
  apollo: ApolloClient;
  /** Goes on with another token of the same person. */
  goOn(): void;
  close(): void;
}

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 10_000;
const CLOSED_ON_PURPOSE = 1000;

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

interface ClientOptions {
  /** The token of the moment: a session outlives its tokens. */
  tokenOf: () => string | null;
  /** Told when the API does not accept the token, and whether it had accepted one of this session before. */
  onRefused: (wasAccepted: boolean) => void;
}

/** The API over HTTP, and over one WebSocket for subscriptions. */
export function createConsoleClient({ tokenOf, onRefused }: ClientOptions): ConsoleClient {
  let accepted = false;
  const bearer = (): Record<string, string> => {
    const token = tokenOf();
    return token === null ? {} : { authorization: `Bearer ${token}` };
  };
  const withToken = new ApolloLink((operation, forward) => {
    operation.setContext({ headers: bearer() });
    return forward(operation);
  });
  const noting = new ApolloLink((operation, forward) =>
    forward(operation).pipe(
      tap((result) => {
        accepted ||= tokenOf() !== null && !result.errors;
      }),
    ),
  );
  const refused = new ErrorLink(({ error }) => {
    if (tokenOf() === null || !CombinedGraphQLErrors.is(error)) return;
    if (error.errors.some((each) => each.extensions?.code === 'UNAUTHENTICATED')) onRefused(accepted);
  });
  const askAgain = () => void apollo.refetchQueries({ include: 'active' }).catch(() => undefined);
  const socket = createSocket(bearer, askAgain);
  const transport = ApolloLink.split(
    ({ query }) => {
      const definition = getMainDefinition(query);
      return definition.kind === 'OperationDefinition' && definition.operation === 'subscription';
    },
    new GraphQLWsLink(socket),
    new HttpLink({ uri: '/graphql' }),
  );
  const apollo = new ApolloClient({
    link: ApolloLink.from([refused, noting, withToken, transport]),
    cache: createCache(),
  });
  return {
    apollo,
    goOn: () => {
      socket.terminate();
      askAgain();
    },
    close: () => void socket.dispose(),
  };
}

/** A connection that ends by itself is made again, at the latest after 10 s, and what is in sight is asked for again. */
function createSocket(connectionParams: () => Record<string, string>, onBack: () => void): Client {
  return createClient({
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
    lazy: true,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: (retries) =>
      new Promise((resolve) => {
        setTimeout(resolve, Math.min(FIRST_RETRY_MS * 2 ** retries, LAST_RETRY_MS) * (0.5 + Math.random() / 2));
      }),
    connectionParams,
    on: {
      connected: (_socket, _payload, again) => {
        setLive(true);
        if (again) onBack();
      },
      // Without anything to listen to, the connection is closed on purpose.
      closed: (event) => setLive((event as CloseEvent).code === CLOSED_ON_PURPOSE ? null : false),
    },
  });
}
