import fs from 'node:fs';
import path from 'node:path';
import { environmentNames } from '../../src/infra/config.js';

const FOLDER = path.join('docs', 'deployment');
const read = (name: string) => fs.readFileSync(path.join(FOLDER, name), 'utf8');
/** What compose and PostgreSQL's image are told, and what OpenTelemetry reads by itself. */
const OTHERS = /^(POSTGRES_|OTEL_|APP_PASSWORD$|CLIPLEDGER_TAG$|SETTINGS_FILE$|PUBLISHED_PORT$)/;

test('the image is built from files that there are, and leaves the demo out', () => {
  const dockerfile = read('Dockerfile');
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, files]) =>
    (files as string).split(' '),
  );
  expect(copied).toContain('package-lock.json');
  expect(copied.filter((file) => !fs.existsSync(file))).toEqual([]);
  expect(dockerfile).toMatch(/rm -rf dist\/src\/demo/);
  // The console's sources import the typed documents; its build is a part of dist.
  expect(copied).toContain('schema/generated');
  expect(dockerfile).toMatch(/RUN npm run build && npm run build:console/);
  expect(dockerfile).toMatch(/^USER node$/m);
  const allowed = read('Dockerfile.dockerignore')
    .split('\n')
    .flatMap((line) => (line.startsWith('!') ? line.slice(1) : []));
  const isAllowed = (file: string) => allowed.some((each) => file === each || file.startsWith(`${each}/`));
  expect(copied.filter((file) => !isAllowed(file))).toEqual([]);
});

test('image, unit and start script run the server with the same limits', () => {
  const flags = /--max-semi-space-size=\d+[", ]+--max-old-space-size=\d+/;
  const inWords = (text: string) => flags.exec(text)?.[0].replaceAll(/[", ]+/g, ' ');
  const { scripts } = JSON.parse(fs.readFileSync('package.json', 'utf8')) as { scripts: { start: string } };
  expect(inWords(read('Dockerfile'))).toBe(inWords(scripts.start));
  expect(inWords(read('clipledger.service'))).toBe(inWords(scripts.start));
});

test.each(['compose.yaml', 'compose.env.example', 'clipledger.service'])('%s names settings that there are', (name) => {
  const named = [...read(name).matchAll(/^ *(?:Environment=)?([A-Z][A-Z_]{3,})[:=]|\$\{([A-Z_]+)/gm)].map(
    ([, one, other]) => (one ?? other) as string,
  );
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((each) => !environmentNames.includes(each) && !OTHERS.test(each))).toEqual([]);
});

test('compose passes every setting on, and gives the servers a role that owns nothing and not the password of the owner', () => {
  const compose = read('compose.yaml');
  expect(compose).toMatch(/^ {2}env_file:\n {4}- \$\{SETTINGS_FILE:-\.\.\/\.\.\/compose\.env\}$/m);
  const [, migrate = '', server = ''] =
    /^ {2}migrate:\n([\s\S]*?)^ {2}clipledger:\n([\s\S]*?)^volumes:/m.exec(compose) ?? [];
  expect(/DATABASE_URL: (.*)$/m.exec(migrate)?.[1]).toContain('//clipledger:${POSTGRES_PASSWORD');
  expect(/DATABASE_URL: (.*)$/m.exec(server)?.[1]).toContain('//clipledger_app:${APP_PASSWORD');
  expect(server).toMatch(/^ {6}MIGRATE_AT_START: "false"$/m);
  expect(server).toMatch(/^ {6}POSTGRES_PASSWORD: ""$/m);
  expect(compose).toContain('./database-role.sql:/docker-entrypoint-initdb.d/');
  expect(read('database-role.sql')).toContain('create role clipledger_app login nosuperuser');
});

test('images are named by a full version, beside the command that shows their digest', () => {
  const compose = [...read('compose.yaml').matchAll(/^ *image: (postgres\S*)$/gm)].map(([, image]) => image);
  const dockerfile = [...read('Dockerfile').matchAll(/^(?:FROM|ARG NODE_IMAGE=)\s*(\S+)/gm)].map(([, image]) => image);
  expect(compose).toEqual([expect.stringMatching(/^postgres:\d+\.\d+$/)]);
  expect([...new Set(dockerfile)]).toEqual([
    expect.stringMatching(/^node:\d+\.\d+\.\d+-/),
    expect.stringMatching(/NODE_IMAGE/),
  ]);
  for (const name of ['compose.yaml', 'Dockerfile']) expect(read(name)).toContain('docker buildx imagetools inspect');
});
