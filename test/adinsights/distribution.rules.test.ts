import { distributions } from '../../src/adinsights/distribution.rules.js';
import { type Figures, METRICS } from '../../src/adinsights/measured-insight.js';

const figures = (over: Partial<Figures>): { figures: Figures } => ({
  figures: { ...(Object.fromEntries(METRICS.map((metric) => [metric, 0n])) as unknown as Figures), ...over },
});

test.each([
  ['ALL_ZERO', [0n, 0n], 0, 0],
  ['VARIED', [5n, 0n], 1, 1],
  ['IDENTICAL', [5n, 5n, 0n], 2, 1],
  ['VARIED', [5n, 5n, 6n], 3, 2],
  ['ALL_ZERO', [], 0, 0],
])('A3 the verdict is %s for %j', (verdict, values, nonZero, distinct) => {
  const [, , clicks] = distributions(values.map((value) => figures({ clicks: value })));
  expect(clicks).toMatchObject({
    metric: 'clicks',
    verdict,
    nonZeroCampaigns: nonZero,
    distinctValues: distinct,
    campaigns: values.length,
  });
});

test('A3 the statistics are those of the population, money in units', () => {
  const [spend, impressions] = distributions(
    [2n, 4n, 4n, 4n, 5n, 5n, 7n, 9n].map((value) => figures({ impressions: value, spend: value * 1_000_000n })),
  );
  const want = { min: 2, max: 9, mean: 5, standardDeviation: 2 };
  expect(impressions).toMatchObject(want);
  expect(spend).toMatchObject(want);
  expect(distributions([figures({ clicks: 3n })])[2]).toMatchObject({ mean: 3, standardDeviation: 0 });
});

test('A3 there is one distribution for each metric, and none of campaigns is all zeros', () => {
  const nothing = distributions([]);
  expect(nothing.map(({ metric }) => metric)).toEqual(METRICS);
  expect(nothing[0]).toEqual({
    metric: 'spend',
    campaigns: 0,
    nonZeroCampaigns: 0,
    distinctValues: 0,
    min: 0,
    max: 0,
    mean: 0,
    standardDeviation: 0,
    verdict: 'ALL_ZERO',
  });
});

test('A3 the least and the most are found wherever they stand; two campaigns have a deviation', () => {
  const clicks = (...values: bigint[]) => distributions(values.map((value) => figures({ clicks: value })))[2];
  expect(clicks(5n, 2n, 9n)).toMatchObject({ min: 2, max: 9 });
  expect(clicks(9n, 5n, 2n)).toMatchObject({ min: 2, max: 9 });
  expect(clicks(1n, 3n)).toMatchObject({ mean: 2, standardDeviation: 1, verdict: 'VARIED', distinctValues: 2 });
  expect(clicks(4n, 4n)).toMatchObject({ standardDeviation: 0, verdict: 'IDENTICAL' });
});
