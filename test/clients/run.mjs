// npm run test:clients: GraphQL clients of other makers against a started server; any warning of theirs is a failure.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { format } from 'node:util';

const HERE = import.meta.dirname;
if (!fs.existsSync(path.join(HERE, 'node_modules')))
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', HERE], { stdio: 'inherit' });

const { campaignInput, PAGES, startServer } = await import('./server.mjs');
const { compileRelay, tryRelay } = await import('./relay.mjs');
const { tryApollo } = await import('./apollo.mjs');
const { tryUrql } = await import('./urql.mjs');

const warnings = [];
console.warn = (...said) => warnings.push(format(...said));
console.error = (...said) => warnings.push(format(...said));

const sdl = fs.readFileSync(path.join(HERE, '..', '..', 'schema', 'schema.graphql'), 'utf8');
const server = await startServer();
let failed = false;
// More than the pages that each client asks for.
for (let n = 0; n <= PAGES; n += 1) {
  const body = JSON.stringify({
    query: 'mutation ($input: CreateCampaignInput!) { createCampaign(input: $input) { id } }',
    variables: { input: campaignInput(`Campaign ${n}`) },
  });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${server.token}` };
  await fetch(server.address, { method: 'POST', headers, body });
}
async function attempt(what, work) {
  warnings.length = 0;
  try {
    await work();
    if (warnings.length > 0) throw new Error(`${warnings.length} warnings, the first: ${warnings[0]}`);
    process.stdout.write(`ok      ${what}\n`);
  } catch (error) {
    failed = true;
    process.stdout.write(`FAILED  ${what}\n${error.stdout ?? ''}${error.stderr ?? ''}${error.message}\n`);
  }
}
await attempt(`relay-compiler ${of('relay-compiler')}: ten probes compile`, compileRelay);
const does = 'pages through 5 pages, mutates and subscribes without a warning';
await attempt(`relay-runtime ${of('relay-runtime')} ${does}`, () => tryRelay(server));
await attempt(`@apollo/client ${of('@apollo/client')} ${does}`, () => tryApollo(server));
await attempt(`@urql/core ${of('@urql/core')} with graphcache ${does}`, () => tryUrql({ ...server, sdl }));
await server.stop();
process.exit(failed ? 1 : 0);

function of(name) {
  return JSON.parse(fs.readFileSync(path.join(HERE, 'node_modules', name, 'package.json'), 'utf8')).version;
}
