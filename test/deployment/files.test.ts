import fs from 'node:fs';
import path from 'node:path';
import { environmentNames } from '../../src/infra/config.js';

const FOLDER = path.join('docs', 'deployment');
const read = (name: string) => fs.readFileSync(path.join(FOLDER, name), 'utf8');
/** What PostgreSQL's image is told, and what OpenTelemetry reads by itself. */
const OTHERS = /^(POSTGRES_|OTEL_)/;

test('the image is built from files that there are, and leaves the demo out', () => {
  const dockerfile = read('Dockerfile');
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, files]) =>
    (files as string).split(' '),
  );
  expect(copied).toContain('package-lock.json');
  expect(copied.filter((file) => !fs.existsSync(file))).toEqual([]);
  expect(dockerfile).toMatch(/rm -rf dist\/src\/demo/);
  expect(dockerfile).toMatch(/^USER node$/m);
  const allowed = read('Dockerfile.dockerignore')
    .split('\n')
    .flatMap((line) => (line.startsWith('!') ? line.slice(1) : []));
  expect(copied.filter((file) => !allowed.includes(file))).toEqual([]);
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
