import { SignJWT } from 'jose';
import { codesOf, RawSocket, subscribe } from '../support/raw-socket.js';
import { createTestbed, TEST_SECRET, type Testbed } from '../support/testbed.js';

const lines: Record<string, unknown>[] = [];
let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed({ onLog: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) });
});
afterAll(() => bed.stop());

test('issue B9: a call that is too many is refused before its document is parsed', async () => {
  const strict = await createTestbed({ settings: { RATE_LIMIT_PER_MINUTE: '10' } });
  const socket = await RawSocket.signedIn(strict.address, await strict.token('ann'));
  for (let n = 0; n < 12; n += 1) socket.send(subscribe(n, n < 10 ? '{ __typename }' : 'not { GraphQL'));
  expect(await socket.closed).toEqual({ code: 4429, reason: 'Too many refused operations' });
  expect(codesOf(socket.messages)).toEqual([...Array(10).fill('BAD_USER_INPUT'), 'RATE_LIMITED']);
  await strict.stop();
});

test('issue B9: a socket that sends too many messages is closed, signed in or not, and a large one counts as several', async () => {
  const flood = async (socket: RawSocket, message: object, times: number) => {
    for (let n = 0; n < times; n += 1) socket.send(message);
    return socket.closed;
  };
  const tooMany = { code: 4429, reason: 'Too many messages' };
  expect(await flood(await RawSocket.open(bed.address), { type: 'ping' }, 5_000)).toEqual(tooMany);
  const signedIn = await RawSocket.signedIn(bed.address, await bed.token('ann'));
  expect(await flood(signedIn, { type: 'ping' }, 5_000)).toEqual(tooMany);
  const pongs = signedIn.messages.filter(({ type }) => type === 'pong').length;
  expect(pongs).toBeLessThan(1_000);
  const large = { type: 'ping', payload: { padding: 'x'.repeat(90_000) } };
  const other = await RawSocket.open(bed.address);
  expect(await flood(other, large, 50)).toEqual(tooMany);
  expect(other.messages.length).toBeLessThan(50);
});

test('issue B9: eleven refused operations are told their reason, and close the socket', async () => {
  const socket = await RawSocket.signedIn(bed.address, await bed.token('ann'));
  for (let n = 0; n < 20; n += 1) socket.send(subscribe(n, `subscription { nothing${n} }`));
  expect(await socket.closed).toEqual({ code: 4429, reason: 'Too many refused operations' });
  expect(codesOf(socket.messages)).toEqual(Array(11).fill('GRAPHQL_VALIDATION_FAILED'));
});

test('issue B9: subscriptions that their resolver refuses count as refused', async () => {
  const socket = await RawSocket.signedIn(bed.address, await bed.token('ann'));
  const query = 'subscription { trackingRunProgress(id: "x") { status } }';
  for (let n = 0; n < 20; n += 1) socket.send(subscribe(n, query));
  expect((await socket.closed).reason).toBe('Too many refused operations');
});

test('issue B6 B7: wrong variables, and nulls where none are accepted, are BAD_USER_INPUT on a socket, too', async () => {
  const socket = await RawSocket.signedIn(bed.address, await bed.token('ann'));
  const progress = (type: string) => `subscription ($id: ${type}) { trackingRunProgress(id: $id) { status } }`;
  socket.send(subscribe(1, progress('ID!'), { id: { a: 1 } }));
  socket.send(subscribe(2, progress('ID = "x"'), { id: null }));
  const nested = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
  socket.send(JSON.stringify(subscribe(3, progress('ID!'), { id: 'nested' })).replace('"nested"', nested));
  await socket.hear((messages) => codesOf(messages).length === 3);
  expect(codesOf(socket.messages)).toEqual(Array(3).fill('BAD_USER_INPUT'));
  socket.close();
});

test('issue B9: a socket closes with 4401 when its token, and the tolerance for wrong clocks, has run out', async () => {
  const expired = Math.trunc(Date.now() / 1_000) - 20;
  const token = await new SignJWT({ email: 'ann@example.com', exp: expired })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('ann')
    .sign(new TextEncoder().encode(TEST_SECRET));
  const socket = await RawSocket.signedIn(bed.address, token);
  const lasting = await RawSocket.signedIn(bed.address, await bed.token('ann'));
  expect(await socket.closed).toEqual({ code: 4401, reason: 'The token has expired' });
  lasting.send({ type: 'ping' });
  await lasting.hear((messages) => messages.some(({ type }) => type === 'pong'));
  lasting.close();
});

test('issue B9: malformed frames and messages close their socket with one line in our log and no stack anywhere', async () => {
  const printed: unknown[] = [];
  const { error, warn } = console;
  Object.assign(console, {
    error: (...all: unknown[]) => printed.push(all),
    warn: (...all: unknown[]) => printed.push(all),
  });
  const before = lines.length;
  const socket = await RawSocket.open(bed.address);
  // A bit that is reserved for extensions, and no mask.
  socket.write(Buffer.from([0xc1, 0x05, 1, 2, 3, 4, 5]));
  expect((await socket.closed).code).toBe(1002);
  const tooLarge = await RawSocket.open(bed.address);
  tooLarge.send({ type: 'ping', payload: { padding: 'x'.repeat(150_000) } });
  expect((await tooLarge.closed).code).toBe(1009);
  const unknown = await RawSocket.open(bed.address);
  unknown.send({ type: 'next', id: '1', payload: {} });
  expect(await unknown.closed).toEqual({ code: 4400, reason: 'Invalid message received' });
  Object.assign(console, { error, warn });
  expect(printed).toEqual([]);
  const failures = lines.slice(before).filter(({ msg }) => msg === 'a socket failed');
  expect(failures.map(({ code }) => code)).toEqual(['WS_ERR_UNEXPECTED_RSV_1', 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH']);
  expect(JSON.stringify(lines.slice(before))).not.toMatch(/\bat .*\.js:/);
  expect((await fetch(`${bed.address}/healthz`)).status).toBe(200);
});
