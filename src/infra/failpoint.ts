/** Places where a test can make the process die, as kill -9 would: around everything that must not happen twice. */
export type Failpoint =
  | 'before-start'
  | 'after-start'
  | 'after-run-stored'
  | 'after-answer'
  | 'before-settlement'
  | 'before-commit'
  | 'after-commit';

const armed = process.env.NODE_ENV === 'test' ? process.env.FAILPOINT : undefined;

/** Dies here when the test armed it (NODE_ENV=test and FAILPOINT=name); does nothing anywhere else. */
export function failpoint(name: Failpoint): void {
  if (armed === name) process.kill(process.pid, 'SIGKILL');
}
