import { type Command, defineCommand, describeUsage, readArguments } from '../../src/commands/command-line.js';
import { commands } from '../../src/commands/run-command.js';

const command: Command = defineCommand({
  name: 'try',
  summary: 'Tries.',
  argument: 'FOLDER',
  options: {
    'dry-run': { type: 'boolean', help: 'Writes nothing.' },
    head: { type: 'string', value: 'FILE', help: 'A file.' },
  },
  run: () => undefined,
});
const bare: Command = { ...command, argument: undefined, options: {} };

test.each([
  [[], { values: { 'dry-run': false }, argument: undefined }],
  [['x', '--dry-run', '--head=a'], { values: { 'dry-run': true, head: 'a' }, argument: 'x' }],
  [['--head', 'a', 'x'], { values: { 'dry-run': false, head: 'a' }, argument: 'x' }],
  [['--head=--odd'], { values: { 'dry-run': false, head: '--odd' }, argument: undefined }],
  [['--help'], null],
  [['--hed', '-h'], null],
])('arguments %j are read', (args, expected) => {
  expect(readArguments(command, args)).toEqual(expected);
});

test.each([
  [['--hed=a'], '--hed is not known: npm run try accepts FOLDER, --dry-run, --head=FILE, --help.'],
  [['-x'], '-x is not known: npm run try accepts FOLDER, --dry-run, --head=FILE, --help.'],
  [['--constructor'], '--constructor is not known: npm run try accepts FOLDER, --dry-run, --head=FILE, --help.'],
  [['--head'], '--head needs a value: npm run try accepts FOLDER, --dry-run, --head=FILE, --help.'],
  [['--head='], '--head needs a value: npm run try accepts FOLDER, --dry-run, --head=FILE, --help.'],
  [['--head', '--dry-run'], '--head needs a value: npm run try accepts FOLDER, --dry-run, --head=FILE, --help.'],
  [['--dry-run=yes'], '--dry-run takes no value: npm run try accepts FOLDER, --dry-run, --head=FILE, --help.'],
  [['a', 'b'], '"b" is not accepted: npm run try accepts FOLDER, --dry-run, --head=FILE, --help.'],
])('arguments %j are refused with one line that says what is accepted', (args, message) => {
  expect(() => readArguments(command, args)).toThrow(message);
});

test('a command without options and arguments takes none', () => {
  expect(() => readArguments(bare, ['x'])).toThrow('"x" is not accepted: npm run try accepts --help.');
});

test('the help of a command names all that it accepts', () => {
  expect(describeUsage(command)).toBe(
    [
      'npm run try -- FOLDER [--dry-run] [--head=FILE] [--help]',
      '',
      'Tries.',
      '',
      '  --dry-run    Writes nothing.',
      '  --head=FILE  A file.',
      '  --help       Shows this.',
    ].join('\n'),
  );
});

test('commands have different names', () => {
  expect(new Set(commands.map((each) => each.name)).size).toBe(commands.length);
});
