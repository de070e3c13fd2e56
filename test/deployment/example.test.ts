import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { newCampaign, newClip } from '../support/play.js';
import { createTestbed, type Testbed } from '../support/testbed.js';

const EXAMPLE = path.resolve('docs', 'example', 'client.ts');

let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed();
});
afterAll(() => bed.stop());

/** As the README says it is run: by Node, that strips the types. */
async function runExample(link: string): Promise<string[]> {
  const token = await bed.token('example');
  const environment = { ...process.env, NODE_OPTIONS: '' };
  const { stdout } = await promisify(execFile)(process.execPath, [EXAMPLE, bed.address, token, link], {
    env: environment,
  });
  return stdout.trim().split('\n');
}

test('the example client browses, submits and reads a balance against the started server', async () => {
  await newCampaign(bed, { title: 'Example', cpm: '1.50' });
  const { url } = newClip(bed, [0]);
  expect(await runExample(url)).toEqual([
    'Example: 1.50 USD per 1,000 views, 100.00 left',
    'submitted to Example: PENDING',
    'example earned 0.00 USD, 0.00 of it available',
  ]);
});

test('the example client tells why a clip was refused', async () => {
  const lines = await runExample('https://example.com/not-a-clip');
  expect(lines.join('\n')).toContain('not submitted: example.com is not a supported site.');
  expect(lines.join('\n')).toContain('(BAD_USER_INPUT)');
});
