import { execFile } from 'node:child_process';
import path from 'node:path';
import { DashboardDocument } from '../../schema/generated/graphql.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

const CLI = path.join(import.meta.dirname, '..', '..', 'dist', 'src', 'cli.js');
const NOBODY = '01a1fe7a-02c5-7409-84aa-ff13899f770e';

let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed();
});
afterAll(() => bed.stop());

/** A command as a process of its own on the test's database. */
function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...process.env, DATABASE_URL: bed.database.url };
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

test.each(['erase-user', 'export-user'])(
  'U6 %s without the id of a user says what it accepts, exit 2',
  async (name) => {
    for (const args of [[], ['--id=me']]) {
      const { code, stdout, stderr } = await run(name, ...args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toBe(`--id must be the id of a user: npm run ${name} -- --id=ID\n`);
    }
  },
);

test('U6 export-user prints what is kept, and a user who is not known is one line', async () => {
  const { me } = await bed.ask(DashboardDocument, {}, 'kept');
  const { code, stdout } = await run('export-user', `--id=${me?.id}`);
  expect(code).toBe(0);
  expect(stdout).toContain('kept@example.com');
  expect(() => JSON.parse(stdout)).not.toThrow();
  expect(await run('export-user', `--id=${NOBODY}`)).toMatchObject({ code: 1, stdout: '' });
});

test('U6 erase-user erases, and says so', async () => {
  const { me } = await bed.ask(DashboardDocument, {}, 'leaver');
  expect(await run('erase-user', `--id=${me?.id}`)).toEqual({
    code: 0,
    stdout: `User ${me?.id} is erased.\n`,
    stderr: '',
  });
  expect(await bed.refusal(DashboardDocument, {}, 'leaver')).toBe('FORBIDDEN');
});

test('F4 seal without a key says that there is none', async () => {
  const { code, stderr } = await run('seal');
  expect(code).toBe(1);
  expect(stderr).toContain('DATA_ENCRYPTION_KEY');
  expect(stderr.trim().split('\n')).toHaveLength(1);
});
