import fs from 'node:fs';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '..', '..');

/** Phrases that need a second look, with what is written instead. Case does not matter. */
const BANNED: [phrase: RegExp, instead: string][] = [
  [/\bstands? so\b/, 'with this status'],
  [/\bwhere (?:it|they|the \w+|a \w+) stands?\b(?! in the order)/, 'the status of'],
  [/\bfrom then on\b/, 'after that'],
  [/\bfrom now on\b/, 'now; or say what changes'],
  [/\bfrom when on\b/, 'when'],
  [/\bterms of now\b/, 'current terms'],
  [/\bits views now\b/, 'its current views'],
  [/\btold of\b/, 'notified of, logged, or shown'],
  [/\btells? of\b/, 'reports'],
  [/\b(?:is|are|was|were|be|been) told\b(?! to)/, 'is notified (a person), is logged (operators), sees (a client)'],
  [/\btell[A-Z]\w*\(/, 'describeX, notifyX, publishX or logX'],
  [/\bmend(?:s|ed)?\b/, 'fix, or say what changes'],
  [/\bby hand-made\b/, 'by hand'],
  [/\bis what it is\b/, 'say what it is'],
  [/\bcalendar asks\b/, 'the dates of campaigns'],
  [/\bwhat it is since\b/, 'the value after the change'],
  [/\bwhat it was before\b/, 'the value before the change'],
  [/\bhow far it is\b/, 'progress'],
  [/\banew\b/, 'again'],
  [/\bonce more\b/, 'again'],
  [/\bfor want of\b/, 'for lack of, because ... is missing'],
  [/\bwhat (?:became|becomes) of\b/, 'the outcome of'],
  [/\bwhatever bec(?:ame|omes) of\b/, 'whatever its outcome'],
  [/\blies? ahead\b/, 'is in the future'],
  [/\bstill ahead\b/, 'in the future'],
  [/\bdear (?:call|operation|quer)/, 'expensive'],
  [/\bgiven out\b/, 'issued, assigned'],
  [/\bwhole platform\b/, 'installation'],
  [/\bplatform's currency\b/, "installation's currency"],
  [/\bApify runs?\b/, 'source run'],
  [/\breached by (?:its|that|the) \w+ and by admins alone\b/, 'only its clipper and admins can read it'],
  [/\bthe system’s own\b/, 'only the system sets it'],
  [/\bwritten down\b/, 'stored'],
  [/\banswers what was found\b/, 'returns what it found'],
  [/\bas they are made\b/, 'new ...'],
  [/\bbeside what\b/, 'and what'],
  [/\bhanded back\b/, 'returned'],
  [/\b(?:thereof|therein|whereby|herein|whilst|amongst|upon|nought|lest|shall)\b/, 'plain words'],
  [/\bjoinedReads|JoinedReads|EntityNames|ChildPages|joinWork\b/, 'the names of architecture.md'],
];

const below = (folder: string, ending: RegExp): string[] =>
  fs.readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = path.posix.join(folder, entry.name);
    return entry.isDirectory() ? below(name, ending) : ending.test(name) ? [name] : [];
  });
const CODE = [...below('src', /\.ts$/), ...below('jobs', /\.ts$/)].filter((file) => !file.startsWith('src/console/'));
const DOCS = fs.readdirSync(path.join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
const TEXTS = [
  ...CODE,
  ...DOCS.map((name) => path.posix.join('docs', name)),
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', '.env.example', 'schema/schema.graphql'],
];
const linesOf = (file: string) => fs.readFileSync(path.join(ROOT, file), 'utf8').split('\n');

const found = (text: string) => BANNED.filter(([phrase]) => new RegExp(phrase.source, 'i').test(text));

test('no text holds a banned phrase', () => {
  const wrong = TEXTS.flatMap((file) =>
    linesOf(file).flatMap((line, index) =>
      found(line).map(([phrase, instead]) => `${file}:${index + 1} ${phrase}: write "${instead}"`),
    ),
  );
  expect(wrong).toEqual([]);
});

test('the list of banned phrases works', () => {
  expect(BANNED.length).toBeGreaterThan(30);
  expect(found('Only campaigns that stand so.')).toHaveLength(1);
  expect(found('Admins are told of it')).toHaveLength(2);
  expect(found('An instance is told to stop. A clip is approved.')).toEqual([]);
});

/** What cannot be broken: a message, a pattern, an address. */
const LITERAL = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`|\/(?:[^/\\]|\\.)+\/[a-z]*/g;

test('lines of code and SQL have at most 120 characters, but for a message in one piece', () => {
  const wrong = CODE.flatMap((file) =>
    linesOf(file)
      .map((line, index) => ({ line, place: `${file}:${index + 1}` }))
      .filter(({ line }) => line.length > 120 && line.replace(LITERAL, '').length > 60),
  );
  expect(wrong.map(({ place }) => place)).toEqual([]);
});
