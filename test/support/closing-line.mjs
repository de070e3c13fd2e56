/** Closes a test run with one plain line that any reader of a build log understands. */
export default class ClosingLine {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numFailedTestSuites, numPendingTests }) {
    process.stdout.write(
      `\n${numPassedTests} passed, ${numFailedTests || numFailedTestSuites} failed, ${numPendingTests} skipped\n`,
    );
  }
}
