import base from '../../jest.config.mjs';

const { globalSetup: _setup, globalTeardown: _teardown, reporters: _reporters, ...pure } = base;

/** The tests of pure rules alone: no database, no build. Mutation testing runs them once for each mutant. */
export default {
  ...pure,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/**/*.rules.test.ts', '<rootDir>/test/shared/money.test.ts'],
  testTimeout: 30_000,
};
