import type { Candidate } from '../../src/tracking/plan.rules.js';
import { allowanceNotice, lateNotice } from '../../src/tracking/tracking-notices.rules.js';

const late = (count: number) => Array.from({ length: count }, (_, n) => ({ title: `C${n}` }) as Candidate);

test('T2 admins are told which campaigns wait: ten by name, the others counted', () => {
  expect(lateNotice(late(1))).toMatchObject({ type: 'TRACKING_TROUBLE', subject: null });
  expect(lateNotice(late(2)).body).toContain('for a round: "C0", "C1". ');
  expect(lateNotice(late(10)).body).toContain('"C9". ');
  expect(lateNotice(late(12)).body).toContain('"C9" and 2 more. ');
});

test('T15 admins are told how much of the allowance is left', () => {
  const notice = allowanceNotice(5n, 1_000n);
  expect(notice).toMatchObject({ type: 'TRACKING_TROUBLE', subject: null });
  expect(notice.body).toMatch(/^5 of 1000 readings/);
});
