// The Relay compiler on ten probes, and the Relay runtime with what it made of them.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { createClient } from 'graphql-ws';
import relay from 'relay-runtime';
import { WebSocket } from 'ws';
import { campaignInput, expectSame, PAGES } from './server.mjs';

const HERE = import.meta.dirname;
const { commitLocalUpdate, commitMutation, ConnectionHandler, Environment, fetchQuery, Network, Observable } = relay;
const { RecordSource, requestSubscription, Store } = relay;

/** Compiles the probes; throws what the compiler says. */
export function compileRelay() {
  fs.mkdirSync(path.join(HERE, 'relay', '__generated__'), { recursive: true });
  const compiler = path.join(HERE, 'node_modules', 'relay-compiler', 'cli.js');
  execFileSync(process.execPath, [compiler, 'relay.config.json'], { cwd: HERE, stdio: ['ignore', 'pipe', 'pipe'] });
}

const made = async (name) => (await import(`./relay/__generated__/${name}.graphql.js`)).default;

export async function tryRelay({ address, token }) {
  const socket = createClient({
    url: address.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { Authorization: `Bearer ${token}` },
  });
  const send = async ({ text }, variables) => {
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: text, variables }),
    });
    return response.json();
  };
  const follow = ({ text, name }, variables) =>
    Observable.create((sink) => socket.subscribe({ operationName: name, query: text, variables }, sink));
  const environment = new Environment({ network: Network.create(send, follow), store: new Store(new RecordSource()) });
  const connection = () => {
    let found;
    commitLocalUpdate(environment, (store) => {
      const record = ConnectionHandler.getConnection(store.getRoot(), 'probes_campaigns');
      const page = record?.getLinkedRecord('pageInfo');
      found = {
        id: record?.getDataID(),
        edges: record?.getLinkedRecords('edges')?.length ?? 0,
        after: page?.getValue('endCursor') ?? null,
      };
    });
    return found;
  };
  const query = await made('probesCampaignsQuery');
  // Nothing is dropped from the store while it is looked at.
  for (let page = 0; page < PAGES; page += 1) {
    const operation = relay.createOperationDescriptor(query, { first: 1, after: connection().after });
    environment.retain(operation);
    await fetchQuery(environment, query, { first: 1, after: connection().after }).toPromise();
  }
  expectSame('Relay: merged edges', connection().edges, PAGES);
  const connections = [connection().id];
  const mutate = async (name, variables) => {
    const mutation = await made(name);
    return new Promise((resolve, reject) => {
      commitMutation(environment, {
        mutation,
        variables: { ...variables, connections },
        onCompleted: (data, errors) => (errors ? reject(new Error(JSON.stringify(errors))) : resolve(data)),
        onError: reject,
      });
    });
  };
  const { createCampaign } = await mutate('probesCreateMutation', { input: campaignInput('By Relay') });
  expectSame('Relay: edges after prependNode', connection().edges, PAGES + 1);
  const node = await fetchQuery(environment, await made('probesNodeQuery'), { id: createCampaign.id }).toPromise();
  expectSame('Relay: node', node?.node?.id, createCampaign.id);
  await mutate('probesDeleteMutation', { id: createCampaign.id });
  expectSame('Relay: edges after deleteEdge', connection().edges, PAGES);
  const start = await send({ text: 'mutation { startTrackingRun { id } }' }, {});
  const { id } = start.data.startTrackingRun;
  const subscription = await made('probesRunSubscription');
  const event = await new Promise((resolve, reject) => {
    requestSubscription(environment, { subscription, variables: { id }, onNext: resolve, onError: reject });
  });
  expectSame('Relay: subscription', event.trackingRunProgress.id, id);
  await socket.dispose();
}
