// Apollo Client, set up as docs/api.md says.
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { getMainDefinition, relayStylePagination } from '@apollo/client/utilities';
import { createClient } from 'graphql-ws';
import { filter, firstValueFrom } from 'rxjs';
import { WebSocket } from 'ws';
import { campaignInput, expectSame, PAGES } from './server.mjs';

const PAGE = gql`
  query Page($after: String) {
    campaigns(first: 1, after: $after) {
      edges { cursor node { id title submissionCounts { total } leaderboard(first: 1) { rank clipper { id name } } } }
      pageInfo { endCursor hasNextPage }
    }
    settings { currency }
  }
`;

export async function tryApollo({ address, token }) {
  const socket = createClient({
    url: address.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { Authorization: `Bearer ${token}` },
  });
  const link = ApolloLink.split(
    ({ query }) => getMainDefinition(query).operation === 'subscription',
    new GraphQLWsLink(socket),
    new HttpLink({ uri: address, headers: { authorization: `Bearer ${token}` } }),
  );
  const cache = new InMemoryCache({
    typePolicies: {
      Query: { fields: { campaigns: relayStylePagination(['status', 'platform', 'search', 'orderBy']) } },
    },
  });
  const client = new ApolloClient({ link, cache });
  const watched = client.watchQuery({ query: PAGE });
  const subscription = watched.subscribe(() => undefined);
  let { data: page } = await firstValueFrom(watched.pipe(filter(({ loading }) => !loading)));
  for (let pages = 1; pages < PAGES; pages += 1)
    ({ data: page } = await watched.fetchMore({ variables: { after: page.campaigns.pageInfo.endCursor } }));
  const merged = await firstValueFrom(watched.pipe(filter(({ data }) => data?.campaigns?.edges.length >= PAGES)));
  expectSame('Apollo Client: merged edges', merged.data.campaigns.edges.length, PAGES);
  const { data } = await client.mutate({
    mutation: gql`mutation Create($input: CreateCampaignInput!) { createCampaign(input: $input) { id title } }`,
    variables: { input: campaignInput('By Apollo') },
  });
  expectSame('Apollo Client: mutation', data.createCampaign.title, 'By Apollo');
  const { data: started } = await client.mutate({ mutation: gql`mutation Start { startTrackingRun { id } }` });
  const event = await new Promise((resolve, reject) => {
    client
      .subscribe({
        query: gql`subscription Run($id: ID!) { trackingRunProgress(id: $id) { id status } }`,
        variables: { id: started.startTrackingRun.id },
      })
      .subscribe({ next: resolve, error: reject });
  });
  expectSame('Apollo Client: subscription', event.data.trackingRunProgress.id, started.startTrackingRun.id);
  subscription.unsubscribe();
  client.stop();
  await socket.dispose();
}
