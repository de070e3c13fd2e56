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
