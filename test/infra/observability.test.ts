import fs from 'node:fs';
import path from 'node:path';
import { nameStatement } from '../../src/infra/database/statement-text.js';
import { causeOf, createLogger } from '../../src/infra/observability/logger.js';
import { projectRoot } from '../../src/infra/project-root.js';
import { SourceError } from '../../src/platform/view-source.js';

const withCode = (code: string) => Object.assign(new Error('x'), { code });

test.each([
  ['an error of the database', withCode('57P01'), 'database.57P01'],
  ['an error of the network', withCode('ECONNREFUSED'), 'network.ECONNREFUSED'],
  ['one below another', new Error('x', { cause: withCode('40P01') }), 'database.40P01'],
  ['the view source', new SourceError('LOST', 'x'), 'source.LOST'],
  ['a mistake of ours', new TypeError('x'), 'error.TypeError'],
  ['nothing', undefined, 'unknown'],
])('the cause of %s', (_name, error, cause) => {
  expect(causeOf(error)).toBe(cause);
});

test('each line of level error has a cause; others have none', () => {
  const lines: Record<string, unknown>[] = [];
  const log = createLogger('trace', { write: (line) => lines.push(JSON.parse(line)) });
  log.error({ err: withCode('57P01') }, 'a');
  log.error({ cause: 'law' }, 'b');
  log.warn({ err: withCode('57P01') }, 'c');
  expect(lines.map((line) => line.cause)).toEqual(['database.57P01', 'law', undefined]);
});

test('no line of level error is without an error or a cause', () => {
  const files = ['src', 'jobs'].flatMap((folder) =>
    fs
      .readdirSync(path.join(projectRoot(), folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => path.join(projectRoot(), folder, file)),
  );
  const calls = files.flatMap((file) =>
    [...fs.readFileSync(file, 'utf8').matchAll(/log\.(?:error|fatal)\(([^)]*)/g)].map((match) => match[1] ?? ''),
  );
  expect(calls.length).toBeGreaterThan(5);
  expect(calls.filter((call) => !/\b(err|cause)\b/.test(call))).toEqual([]);
});

test.each([
  ['select * from "clip" k where id = $1', 'select clip'],
  ['insert into tracking_run (id) values ($1)', 'insert tracking_run'],
  ['update tracking_round set epoch = 1', 'update tracking_round'],
  ['with given as (select * from unnest($1::uuid[]) g) update clip k set views = 1', 'with clip'],
  ['delete from "source_run" where known_at < $1', 'delete source_run'],
  ['begin', 'begin'],
  ['select 1', 'select'],
])('a span of "%s" is called %s', (text, name) => {
  expect(nameStatement(text).name).toBe(name);
});
