import fc from 'fast-check';
import {
  checkPeriod,
  dayIn,
  daysOf,
  halves,
  isFinal,
  oldestRefreshed,
  periodBefore,
  periodIn,
  periodsToRefresh,
} from '../../src/adinsights/period.rules.js';
import { refusalOf } from '../support/refusal.js';

test.each([
  ['America/Los_Angeles', '2026-11-01T05:00:00Z', '2026-10', '2026-10-31'],
  ['Europe/Berlin', '2026-10-31T23:30:00Z', '2026-11', '2026-11-01'],
  ['UTC', '2026-12-31T23:59:59Z', '2026-12', '2026-12-31'],
])('A4 in %s at %s it is %s', (zone, instant, period, day) => {
  expect([periodIn(zone, new Date(instant)), dayIn(zone, new Date(instant))]).toEqual([period, day]);
});

test('A4 a month has its days, the current one up to today; it is final 28 days after its end', () => {
  expect(daysOf('2028-02', '2028-03-15')).toEqual({ since: '2028-02-01', until: '2028-02-29' });
  expect(daysOf('2026-11', '2026-11-21')).toEqual({ since: '2026-11-01', until: '2026-11-21' });
  expect([isFinal('2026-10', '2026-11-28'), isFinal('2026-10', '2026-11-29')]).toEqual([false, true]);
  expect([periodBefore('2026-01'), periodBefore('2026-11')]).toEqual(['2025-12', '2026-10']);
});

test.each<[string, string, string[], string[]]>([
  ['nothing is stored', '2026-11', [], ['2026-11']],
  ['the current month is stored', '2026-11', ['2026-11'], ['2026-11']],
  ['months passed while nothing ran', '2027-02', ['2026-11'], ['2027-02', '2027-01', '2026-12', '2026-11']],
  ['a final month is left out', '2026-11', ['2026-09 final', '2026-08', '2026-10'], ['2026-11', '2026-10', '2026-08']],
  ['final months alone', '2026-11', ['2026-01 final', '2020-01 final'], ['2026-11']],
  ['one that is not final is older than the limit', '2026-11', ['2024-10'], ['2026-11']],
])('A4 the schedule fetches the right months: %s', (_when, current, stored, fetched) => {
  const rows = stored.map((each) => ({ period: each.slice(0, 7), final: each.endsWith('final') }));
  expect(periodsToRefresh(current, rows)).toEqual(fetched);
});

test('A4 a gap of two years is made up for, in at most 25 months; each is fetched once, newest first', () => {
  const months = periodsToRefresh('2026-11', [{ period: '2024-11', final: false }]);
  expect([months.length, months[0], months.at(-1)]).toEqual([25, '2026-11', '2024-11']);
  expect(oldestRefreshed('2026-11')).toBe('2024-11');
  const month = fc.tuple(fc.integer({ min: 2023, max: 2026 }), fc.integer({ min: 1, max: 12 }));
  const period = month.map(([year, number]) => `${year}-${String(number).padStart(2, '0')}`);
  fc.assert(
    fc.property(
      period,
      fc.uniqueArray(fc.record({ period, final: fc.boolean() }), { selector: (each) => each.period }),
      (current, stored) => {
        const fetched = periodsToRefresh(current, stored);
        expect(fetched[0]).toBe(current);
        expect(fetched).toEqual([...new Set(fetched)].toSorted().toReversed());
        expect(fetched.length).toBeLessThanOrEqual(25);
        const due = stored.filter(
          (each) => !each.final && each.period <= current && each.period >= oldestRefreshed(current),
        );
        expect(due.every((each) => fetched.includes(each.period))).toBe(true);
        expect(stored.some((each) => each.final && each.period !== current && fetched.includes(each.period))).toBe(
          false,
        );
      },
    ),
  );
});

test.each(['2026-12', '2026-13', '2026-1', 'November', '1999-01'])(
  'a period of %s is refused in November 2026',
  (period) => {
    expect(() => checkPeriod(period, '2026-11')).toThrow(/^period must be a month/);
  },
);

test('days are cut in two halves that are all of them', () => {
  expect(halves({ since: '2026-11-01', until: '2026-11-01' })).toBeNull();
  expect(halves({ since: '2026-11-01', until: '2026-11-02' })).toEqual([
    { since: '2026-11-01', until: '2026-11-01' },
    { since: '2026-11-02', until: '2026-11-02' },
  ]);
  expect(halves({ since: '2026-10-01', until: '2026-10-31' })).toEqual([
    { since: '2026-10-01', until: '2026-10-15' },
    { since: '2026-10-16', until: '2026-10-31' },
  ]);
});

test.each(['2026-11', '2026-10', '2026-09', '2025-12', '2000-01'])(
  'a period of %s is accepted in November 2026',
  (period) => {
    expect(checkPeriod(period, '2026-11')).toBe(period);
  },
);

test.each(['2026-00', '2026-1 ', 'x2026-10', '2026-10x', '2026-10-01', '1926-10', '0026-10'])(
  'a period of %s is refused with its field',
  (period) => {
    expect(refusalOf(() => checkPeriod(period, '2026-11'))).toBe('BAD_USER_INPUT period');
  },
);

test('A4 a month of the past has all of its days, also when today is its last', () => {
  expect(daysOf('2026-10', '2026-10-31').until).toBe('2026-10-31');
  expect(daysOf('2026-10', '2026-10-30').until).toBe('2026-10-30');
  expect(daysOf('2026-12', '2027-01-01').until).toBe('2026-12-31');
  expect([isFinal('2026-02', '2026-03-28'), isFinal('2026-02', '2026-03-29')]).toEqual([false, true]);
});

test('A4 a month of a new year is the one before its first', () => {
  expect([periodBefore('2027-01'), periodBefore('2026-12'), periodBefore('2026-02')]).toEqual([
    '2026-12',
    '2026-11',
    '2026-01',
  ]);
});

test('whatever the days, two halves are all of them, and as long as each other to a day', () => {
  const at = (offset: number) => new Date(Date.UTC(2026, 0, 1) + offset * 86_400_000).toISOString().slice(0, 10);
  fc.assert(
    fc.property(fc.nat(400), fc.integer({ min: 1, max: 40 }), (start, more) => {
      const [first, second] = halves({ since: at(start), until: at(start + more) }) ?? [];
      const days = (part: typeof first) =>
        (Date.parse(part?.until ?? '') - Date.parse(part?.since ?? '')) / 86_400_000 + 1;
      expect([first?.since, second?.until]).toEqual([at(start), at(start + more)]);
      expect(days(first) + days(second)).toBe(more + 1);
      expect([0, 1]).toContain(days(second) - days(first));
    }),
  );
});
