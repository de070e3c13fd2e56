// PostGraphile 5 with aggregates, as its users set it up. Argument: the database's address. Prints its port.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(path.join(import.meta.dirname, '..', 'peers', 'package.json'));
const load = (name) => import(pathToFileURL(require.resolve(name)).href);
const { postgraphile } = await load('postgraphile');
const { grafserv } = await load('postgraphile/grafserv/node');
const { PostGraphileAmberPreset } = await load('postgraphile/presets/amber');
const { makePgService } = await load('postgraphile/adaptors/pg');
const { PgAggregatesPreset } = await load('@graphile/pg-aggregates');

const preset = {
  extends: [PostGraphileAmberPreset, PgAggregatesPreset],
  pgServices: [
    makePgService({ connectionString: process.argv[2], schemas: ['public', 'bench'], poolConfig: { max: 15 } }),
  ],
  grafserv: { graphqlPath: '/graphql', graphiql: false, watch: false },
  grafast: { explain: false },
};
const serv = postgraphile(preset).createServ(grafserv);
const server = createServer();
await serv.addTo(server);
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
