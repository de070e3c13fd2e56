import net from 'node:net';
import { waitForDatabase } from '../../src/infra/database/wait-for-database.js';
import { createLogger } from '../../src/infra/observability/logger.js';
import { createTestbed } from '../support/testbed.js';

const coded = (code: string, message = 'x') => Object.assign(new Error(message), { code });

test('while the database is away the log has one line for each cause, without a stack', () => {
  const lines: Record<string, unknown>[] = [];
  const log = createLogger('info', { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) });
  for (let n = 0; n < 30; n += 1) log.error({ err: coded('ECONNREFUSED'), n }, 'request failed');
  log.warn({ err: coded('57P01') }, 'queue error');
  log.error({ err: new Error('another') }, 'request failed');
  const told = lines.map(({ msg, cause, unlogged, err }) => [msg, cause, unlogged, Boolean(err)]);
  expect(told).toEqual([
    ['the database does not answer', 'network.ECONNREFUSED', 0, false],
    ['the database does not answer', 'database.57P01', 0, false],
    ['request failed', 'error.Error', undefined, true],
  ]);
});

test('a database that takes no writes makes the instance unready, and a change is refused with a code', async () => {
  const bed = await createTestbed();
  const name = new URL(bed.database.url).pathname.slice(1);
  const { me } = await bed.ask<{ me: { id: string } }, object>('{ me { id } }', {}, 'clipper');
  const ready = async () => {
    const response = await fetch(`${bed.address}/readyz`);
    return [response.status, ((await response.json()) as { status: string }).status];
  };
  const until = async (status: number) => {
    let last = await ready();
    for (; last[0] !== status; last = await ready()) await new Promise((resolve) => setTimeout(resolve, 100));
    return last;
  };
  // What is set for a database holds for connections that are made after it.
  const reconnect = () =>
    bed.database
      .query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      )
      .catch(() => undefined);
  await until(200);
  await bed.database.query(`alter database ${name} set default_transaction_read_only = on`);
  await reconnect();
  expect(await until(503)).toEqual([503, 'the database is read-only']);
  const rename = 'mutation { updateProfile(name: "Another") { id } }';
  expect(await bed.refusal(rename, {}, 'clipper')).toBe('UPSTREAM_UNAVAILABLE');
  expect(await bed.ask('{ me { id } }', {}, 'clipper')).toEqual({ me });
  await bed.database.query(
    `begin; set transaction read write; alter database ${name} reset default_transaction_read_only; commit`,
  );
  await reconnect();
  expect(await until(200)).toEqual([200, 'ready']);
  await bed.stop();
});

/** An address at which nobody answers until the returned function is called: then it leads to the given server. */
async function closedDoor(target: URL, onKnock: () => void) {
  let open = false;
  const server = net.createServer((socket) => {
    onKnock();
    if (!open) return void socket.destroy();
    const onward = net.connect(Number(target.port), target.hostname);
    socket.pipe(onward).pipe(socket);
    for (const each of [socket, onward]) each.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(target);
  url.host = `127.0.0.1:${(server.address() as net.AddressInfo).port}`;
  return {
    url: url.href,
    open: () => {
      open = true;
    },
    close: () => server.close(),
  };
}

test('an instance that starts while the database is away waits for it', async () => {
  let knocks = 0;
  const lines: string[] = [];
  const log = createLogger('info', { write: (line) => void lines.push(line) });
  const door = await closedDoor(new URL(process.env.TEST_SERVER_URL ?? ''), () => {
    knocks += 1;
    if (knocks === 2) door.open();
  });
  await waitForDatabase(door.url, log).finally(() => door.close());
  expect(knocks).toBe(2);
  expect(lines.filter((line) => line.includes('waiting for the database'))).toHaveLength(1);
});

test('it gives up in one sentence that names the setting, and at once where waiting would change nothing', async () => {
  const door = await closedDoor(new URL(process.env.TEST_SERVER_URL ?? ''), () => undefined);
  const log = createLogger('silent');
  const host = new URL(door.url).host;
  await expect(waitForDatabase(door.url, log, 0)).rejects.toThrow(
    `The database of DATABASE_URL (${host}) cannot be used after 0 s of waiting: it does not answer`,
  );
  door.close();
  const nowhere = new URL(process.env.TEST_SERVER_URL ?? '');
  nowhere.pathname = '/no_such_database';
  await expect(waitForDatabase(nowhere.href, log)).rejects.toThrow(
    'The database of DATABASE_URL refuses the connection: database "no_such_database" does not exist.',
  );
});
