import { databaseOutage, describeOutage, outageError } from '../../src/infra/database/outage.rules.js';

const coded = (code: string, message = 'x') => Object.assign(new Error(message), { code });

test.each([
  [coded('ECONNREFUSED'), 'ECONNREFUSED'],
  [coded('57P01', 'terminating connection due to administrator command'), '57P01'],
  [coded('57P03'), '57P03'],
  [coded('08006'), '08006'],
  [coded('53300'), '53300'],
  [coded('25006'), '25006'],
  [new Error('Connection terminated unexpectedly'), 'CONNECTION_LOST'],
  [new Error('Connection terminated due to connection timeout'), 'CONNECT_TIMEOUT'],
  [new Error('Query read timeout'), 'NO_ANSWER'],
  [new Error('outer', { cause: new Error('inner', { cause: coded('ECONNRESET') }) }), 'ECONNRESET'],
  [new AggregateError([coded('ECONNREFUSED')], ''), 'ECONNREFUSED'],
  [Object.assign(new Error('in a resolver'), { originalError: coded('57P02') }), '57P02'],
  [{ message: 'connect ECONNREFUSED 127.0.0.1:1 (Queue: x)', code: 'ECONNREFUSED', queue: 'x' }, 'ECONNREFUSED'],
  [coded('23505'), undefined],
  [coded('57014', 'canceling statement due to statement timeout'), undefined],
  [new Error('anything'), undefined],
  [new TypeError('fetch failed', { cause: coded('ECONNREFUSED') }), undefined],
  ['no error', undefined],
])('which errors are an outage of the database (case %#)', (error, outage) => {
  expect(databaseOutage(error)).toBe(outage);
  expect(outageError(error)?.code).toBe(outage && 'UPSTREAM_UNAVAILABLE');
});

test.each([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  '08000',
  '57P01',
  '57P02',
  '57P03',
])('%s is an outage, and what it is part of is none', (code) => {
  expect(databaseOutage(coded(code))).toBe(code);
  expect([databaseOutage(coded(`${code}0`)), databaseOutage(coded(`0${code}`))]).toEqual([undefined, undefined]);
});

test.each<[string, unknown, string | undefined]>([
  ['57P04', coded('57P04'), undefined],
  ['a timeout while connecting', new Error('timeout exceeded when trying to connect'), 'CONNECT_TIMEOUT'],
  ['a broken client', new Error('Client has encountered a connection error and is not queryable'), 'CONNECTION_LOST'],
  ['a closed client', new Error('Client was closed and is not queryable'), 'CONNECTION_LOST'],
  ['an HTTP client', Object.assign(coded('ECONNREFUSED'), { name: 'AxiosError' }), undefined],
  ['a TypeError below', { originalError: new TypeError('x', { cause: coded('ECONNREFUSED') }) }, undefined],
  ['the fifth cause', nested(5), 'ECONNRESET'],
  ['the sixth cause', nested(6), undefined],
  ['null', null, undefined],
  ['nothing', undefined, undefined],
  ['an object without anything', {}, undefined],
  ['an error without causes in its list', { errors: [] }, undefined],
  ['a number for a code', { code: 53300 }, '53300'],
])('where an outage is looked for: %s', (_what, error, outage) => {
  expect(databaseOutage(error)).toBe(outage);
});

/** An error whose cause at this depth (1 is the error itself) is an outage. */
function nested(depth: number): object {
  return depth === 1 ? coded('ECONNRESET') : { message: 'outer', cause: nested(depth - 1) };
}

test('an operator and a client are told what the database does not do', () => {
  expect([describeOutage('25006'), describeOutage('57P01')]).toEqual([
    'the database is read-only',
    'the database does not answer',
  ]);
  expect(outageError(coded('25006'))?.message).toMatch(/accepts no changes/);
  expect(outageError(coded('57P01'))?.message).toMatch(/does not answer/);
});

test('an error that is its own cause does not hold anybody up', () => {
  const error = new Error('x');
  error.cause = error;
  expect(databaseOutage(error)).toBeUndefined();
});
