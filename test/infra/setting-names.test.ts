import fc from 'fast-check';
import { environmentNames } from '../../src/infra/config.js';
import { mistakenNames } from '../../src/infra/setting-names.js';

const meantBy = (given: string) => mistakenNames([given], environmentNames).map(({ meant }) => meant);

test.each([
  ['DATABSE_URL', 'DATABASE_URL'],
  ['DATABASE_ULR', 'DATABASE_URL'],
  ['DATABASEURL', 'DATABASE_URL'],
  ['APIFY_KEY', 'APIFY_API_KEY'],
  ['JWT_SECRET', 'AUTH_JWT_SECRET'],
  ['POTR', 'PORT'],
  ['port', 'PORT'],
  ['PAYOUT_MINIMUMS', 'PAYOUT_MINIMUM'],
])('%s is taken for %s', (given, meant) => {
  expect(meantBy(given)).toEqual([meant]);
});

test.each([
  'PATH',
  'HOME',
  'PWD',
  'HOSTNAME',
  'USER',
  'SHELL',
  'npm_config_port',
  'OTEL_SERVICE_NAME',
  'TERM',
  'TZ',
  'CI',
  'LANG',
  'http_proxy',
  'NO_PROXY',
  'NODE_OPTIONS',
  'POSTGRES_PASSWORD',
  'constructor',
])('%s is nobody’s mistake', (given) => {
  expect(meantBy(given)).toEqual([]);
});

test('a setting is never taken for a mistake; one letter left out of a long one always is', () => {
  expect(mistakenNames(environmentNames, environmentNames)).toEqual([]);
  fc.assert(
    fc.property(fc.constantFrom(...environmentNames.filter((name) => name.length > 6)), fc.nat(60), (name, at) => {
      const given = name.slice(0, at % name.length) + name.slice((at % name.length) + 1);
      return environmentNames.includes(given) || meantBy(given).length === 1;
    }),
  );
});
