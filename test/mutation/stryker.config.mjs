/** Mutation testing of every rule: see docs/mutation.md. MUTATE names files, as in MUTATE=src/payout/payout.rules.ts. */
export default {
  mutate: process.env.MUTATE?.split(',') ?? ['src/**/*.rules.ts', 'jobs/**/*.rules.ts', 'src/shared/money.ts'],
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: { projectType: 'custom', configFile: 'test/mutation/jest.config.mjs', enableFindRelatedTests: true },
  // TypeScript 7 has no compiler API that Stryker could read a tsconfig with: it gets none.
  tsconfigFile: 'none.json',
  // What a message says is for people: tests look at its code and field, and at the parts that matter.
  mutator: { excludedMutations: ['StringLiteral'] },
  coverageAnalysis: 'perTest',
  concurrency: Number(process.env.MUTATE_WORKERS ?? 2),
  timeoutMS: 30_000,
  ignorePatterns: ['dist', '.data', 'docs', 'schema/schema.graphql', 'test/bench'],
  tempDirName: '.stryker-tmp',
  reporters: ['json', 'dots'],
  jsonReporter: { fileName: 'coverage/mutation.json' },
  allowEmpty: false,
};
