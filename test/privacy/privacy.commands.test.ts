import { DashboardDocument } from '../../schema/generated/graphql.js';
import { eraseCommand, exportCommand, sealCommand } from '../../src/privacy/privacy.commands.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed({ settings: { DATA_ENCRYPTION_KEY: 'ab'.repeat(32) } });
});
afterAll(() => bed.stop());

test('U6 F4 a command refuses wrong options before it opens the database, and says what it accepts', () => {
  const print = () => undefined;
  for (const args of [[], ['--id=me']]) {
    expect(() => eraseCommand(args, bed.deps, print)).toThrow('--id must be the id of a user: npm run erase-user');
    expect(() => exportCommand(args, bed.deps)).toThrow('npm run export-user -- --id=ID');
  }
  expect(() => eraseCommand(['--all'], bed.deps, print)).toThrow("Unknown option '--all'");
  expect(() => sealCommand(['--force'], bed.deps, print)).toThrow("Unknown option '--force'");
});

test('U6 F4 the commands do what they say, and say what they did', async () => {
  const { me } = await bed.ask(DashboardDocument, {}, 'leaver');
  const lines: string[] = [];
  const print = (line: string) => void lines.push(line);
  await eraseCommand([`--id=${me.id}`], bed.deps, print)(bed.database.orm);
  await sealCommand([], bed.deps, print)(bed.database.orm);
  expect(lines).toEqual([`User ${me.id} is erased.`, '0 sealed, 0 digested, 0 refused.']);
  expect(await bed.refusal(DashboardDocument, {}, 'leaver')).toBe('FORBIDDEN');
  const nobody = '01a1fe7a-02c5-7409-84aa-ff13899f770e';
  await expect(exportCommand([`--id=${nobody}`], bed.deps)(bed.database.orm)).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});
