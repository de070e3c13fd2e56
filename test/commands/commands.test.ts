import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { commands, runCommand } from '../../src/commands/run-command.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const ROOT = path.join(import.meta.dirname, '..', '..');

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** A command as a process of its own, as `npm run` starts it. */
function run(args: string[], settings: Record<string, string> = {}): Promise<Ended> {
  const env = { ...process.env, DATABASE_URL: 'postgresql://u:pw@127.0.0.1:1/x', ...settings };
  return new Promise((resolve) => {
    execFile(process.execPath, [path.join(ROOT, 'dist', 'src', 'cli.js'), ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

/** The same within this process, which is faster. */
async function runHere(args: string[]): Promise<Ended> {
  const said = { stdout: '', stderr: '' };
  // Another test of this process may have left one.
  process.exitCode = undefined;
  const kept = { stdout: process.stdout.write, stderr: process.stderr.write };
  for (const stream of ['stdout', 'stderr'] as const) {
    process[stream].write = ((text: string) => {
      said[stream] += text;
      return true;
    }) as typeof process.stdout.write;
  }
  try {
    await runCommand(args);
    return { code: Number(process.exitCode ?? 0), ...said };
  } finally {
    process.exitCode = undefined;
    process.stdout.write = kept.stdout;
    process.stderr.write = kept.stderr;
  }
}

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('package.json has a script for every command but emit-schema, and it runs what is compiled', () => {
  const { scripts } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  for (const { name } of commands.filter((each) => each.name !== 'emit-schema'))
    expect(scripts[name]).toMatch(new RegExp(`^node src/compile.mjs && node .*dist/src/cli.js ${name}$`));
});

test('every command answers --help, without a database', async () => {
  for (const { name, summary } of commands) {
    const { code, stdout } = await runHere([name, '--help']);
    expect([name, code, stdout.includes(summary), stdout.includes('[--help]')]).toEqual([name, 0, true, true]);
  }
  const { stdout } = await runHere(['--help']);
  for (const { name } of commands) expect(stdout).toContain(`${name}: `);
});

test.each([
  ['an unknown command', ['verfy'], 'There is no command "verfy": it must be one of migrate, verify, '],
  ['an unknown option', ['verify', '--hed=x'], '--hed is not known: npm run verify accepts --head=FILE, --help.'],
  ['a file that is not there', ['verify', '--head=/nonexist'], '--head is wrong: /nonexist cannot be read (ENOENT)'],
  [
    'a file without heads',
    ['verify', `--head=${path.join(ROOT, 'package.json')}`],
    '--head must name a file with lines',
  ],
  ['an instant that is none', ['replay', '--until=tomorrow'], '--until is wrong: "tomorrow" must be an instant'],
  ['no e-mail', ['token'], '--email is missing: npm run token -- --email you@example.com'],
  ['an e-mail that is none', ['token', '--email', 'notanemail'], '--email is wrong: "notanemail" must be an e-mail'],
  ['no folder', ['import'], 'Name one folder: npm run import -- FOLDER'],
])('%s: one line, exit code 2', async (_title, args, line) => {
  const { code, stdout, stderr } = await runHere(args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr.startsWith(line)).toBe(true);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
});

test('the process ends with the code of its command', async () => {
  expect(await run(['verify', '--hed=x'])).toEqual({
    code: 2,
    stdout: '',
    stderr: '--hed is not known: npm run verify accepts --head=FILE, --help.\n',
  });
});

test('a database that cannot be reached: one line that names the setting, without the password, exit code 1', async () => {
  expect(await run(['verify'])).toEqual({
    code: 1,
    stdout: '',
    stderr:
      'The database cannot be reached at 127.0.0.1:1/x (nothing listens there): DATABASE_URL must name a PostgreSQL that is running.\n',
  });
});

test('V1 verify runs on a database and answers 0', async () => {
  const { code, stdout } = await run(['verify'], { DATABASE_URL: database.url });
  expect([code, stdout.includes('Every law holds.')]).toEqual([0, true]);
});
