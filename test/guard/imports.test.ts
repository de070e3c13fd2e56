import fs from 'node:fs';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '..', '..');
/** Rooms in import order: a room imports itself and those before it. */
const ORDER = [
  'shared',
  'infra',
  'audit',
  'user',
  'notification',
  'platform',
  'campaign',
  'submission',
  'tracking',
  'earnings',
  'payout',
  'analytics',
  'proof',
  'legacy-import',
  'privacy',
  'adinsights',
  'node',
  'demo',
];

const filesBelow = (folder: string): string[] =>
  fs.readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = path.posix.join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(name) : name.endsWith('.ts') ? [name] : [];
  });

interface Import {
  from: string;
  to: string;
  typeOnly: boolean;
  lazy: boolean;
}

function importsOf(file: string): Import[] {
  const text = fs.readFileSync(path.join(ROOT, file), 'utf8');
  const resolve = (target: string) => path.posix.join(path.posix.dirname(file), target).replace(/\.js$/, '.ts');
  const eager = [...text.matchAll(/^(?:import|export)\s+(type\s)?[^'"]*?from\s+'(\.[^']+)'/gms)].map(
    ([, type, target]) => ({ from: file, to: resolve(target ?? ''), typeOnly: Boolean(type), lazy: false }),
  );
  const lazy = [...text.matchAll(/import\('(\.[^']+)'\)/g)].map(([, target]) => ({
    from: file,
    to: resolve(target ?? ''),
    typeOnly: false,
    lazy: true,
  }));
  return [...eager, ...lazy];
}

const FILES = [...filesBelow('src'), ...filesBelow('jobs')].filter((file) => !file.startsWith('src/console/'));
const IMPORTS = FILES.flatMap(importsOf);
const roomOf = (file: string) =>
  /^src\/([^/]+)\//.exec(file)?.[1] ?? (file.startsWith('jobs/') ? 'jobs' : path.basename(file, '.ts'));

/** Where a room stands; api and jobs after all features, main and cli after everything. */
const rank = (room: string) =>
  ['api-schema', 'api-http'].includes(room)
    ? 95
    : room === 'api-routes'
      ? 96
      : ORDER.includes(room)
        ? ORDER.indexOf(room)
        : ['api', 'jobs'].includes(room)
          ? 100
          : ['commands', 'server'].includes(room)
            ? 150
            : ['main', 'cli'].includes(room)
              ? 200
              : ['mikro-orm.config', 'settings.resolver', 'node-version'].includes(room)
                ? 90
                : Number.NaN;

test('every room has a place in the order', () => {
  expect(FILES.map(roomOf).filter((room) => Number.isNaN(rank(room)))).toEqual([]);
});

test('no import goes against the order of the rooms', () => {
  const against = IMPORTS.filter(
    ({ from, to }) =>
      rank(roomOf(to)) > rank(roomOf(from)) || (rank(roomOf(to)) === rank(roomOf(from)) && roomOf(to) !== roomOf(from)),
  );
  expect(against.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
});

test('demo is imported lazily, and by the roots alone', () => {
  const direct = IMPORTS.filter(
    ({ from, to, lazy }) => roomOf(to) === 'demo' && roomOf(from) !== 'demo' && !(lazy && roomOf(from) === 'server'),
  );
  expect(direct).toEqual([]);
});

test('no file imports itself in a circle, not even two of them', () => {
  const next = new Map(
    FILES.map((file) => [file, IMPORTS.filter((each) => each.from === file).map((each) => each.to)]),
  );
  const done = new Set<string>();
  const cycles: string[] = [];
  const walk = (file: string, trail: string[]) => {
    if (trail.includes(file)) {
      cycles.push([...trail.slice(trail.indexOf(file)), file].join(' -> '));
      return;
    }
    if (done.has(file)) return;
    for (const target of next.get(file) ?? []) walk(target, [...trail, file]);
    done.add(file);
  };
  for (const file of FILES) walk(file, []);
  expect(cycles).toEqual([]);
});

test('shared is pure: it imports nothing but itself, and does not ask what time it is', () => {
  const shared = filesBelow('src/shared');
  const foreign = shared.flatMap((file) =>
    [...fs.readFileSync(path.join(ROOT, file), 'utf8').matchAll(/from '([^.][^']*)'/g)].map(
      ([, target]) => `${file} -> ${target}`,
    ),
  );
  const clocks = shared.filter((file) => /Date\.now|new Date\(\)/.test(fs.readFileSync(path.join(ROOT, file), 'utf8')));
  expect([...foreign, ...clocks]).toEqual([]);
});

test('the console imports nothing of the product but the types of its operations: it is a client like any other', () => {
  const files = fs
    .readdirSync(path.join(ROOT, 'src', 'console'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => path.posix.join('src/console', name));
  expect(files.length).toBeGreaterThan(10);
  const foreign = files.flatMap((file) =>
    [...fs.readFileSync(path.join(ROOT, file), 'utf8').matchAll(/from '(\.[^']+)'|import\('(\.[^']+)'\)/g)]
      .map(([, one, other]) => path.posix.join(path.posix.dirname(file), (one ?? other) as string))
      .filter((target) => !target.startsWith('src/console/') && !target.startsWith('schema/generated/'))
      .map((target) => `${file} -> ${target}`),
  );
  expect(foreign).toEqual([]);
});

test('money is a string in the console: numbers are made of it by plotted() alone', () => {
  const numbers = fs
    .readdirSync(path.join(ROOT, 'src', 'console'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .flatMap((name) =>
      fs
        .readFileSync(path.join(ROOT, 'src', 'console', name), 'utf8')
        .split('\n')
        .filter((line) => /\bNumber\(|parseFloat|parseInt|toFixed/.test(line) && !/export const plotted/.test(line))
        .map((line) => `${name}: ${line.trim()}`),
    );
  expect(numbers).toEqual([]);
});

test('no file has more than 250 lines, no barrel and no default export', () => {
  const text = (file: string) => fs.readFileSync(path.join(ROOT, file), 'utf8');
  expect(FILES.filter((file) => text(file).split('\n').length > 251)).toEqual([]);
  expect(FILES.filter((file) => /^export default|^export \* from/m.test(text(file)))).toEqual([]);
});

test('M1 no float touches money: files that hold money use no Number(), parseFloat or Math', () => {
  const money = FILES.filter((file) =>
    /^src\/(shared\/money|earnings\/(settlement\/|ending\/|clipper-figures)|campaign\/campaign\.(rules|service|sql))/.test(
      file,
    ),
  );
  expect(money.length).toBeGreaterThan(8);
  const floats = money.flatMap((file) =>
    fs
      .readFileSync(path.join(ROOT, file), 'utf8')
      .split('\n')
      .filter(
        (line) =>
          /parseFloat|Math\.(round|ceil)|toFixed/.test(line) ||
          (/Number\(/.test(line) && !/count|waits|left/.test(line)),
      )
      .map((line) => `${file}: ${line.trim()}`),
  );
  expect(floats).toEqual([]);
});
