import { type Figures, METRICS, MONEY_METRICS } from './measured-insight.js';

export type Verdict = 'VARIED' | 'IDENTICAL' | 'ALL_ZERO';

/** How a metric is spread over campaigns. Statistics are floats in units; the verdict is made of exact values. */
export interface Distribution {
  metric: keyof Figures;
  campaigns: number;
  nonZeroCampaigns: number;
  /** Distinct values other than zero. */
  distinctValues: number;
  min: number;
  max: number;
  mean: number;
  /** Of the population; 0 for fewer than two. */
  standardDeviation: number;
  verdict: Verdict;
}

const MICROS = 1_000_000;

/**
 * Checks each metric: campaigns that all show the same are suspicious, as of a total that somebody divided.
 * @see docs/domain.md A3
 */
export function distributions(insights: readonly { figures: Readonly<Figures> }[]): Distribution[] {
  return METRICS.map((metric) => {
    const exact = insights.map((each) => each.figures[metric]);
    const nonZero = exact.filter((value) => value !== 0n);
    const distinct = new Set(nonZero).size;
    return {
      metric,
      campaigns: exact.length,
      nonZeroCampaigns: nonZero.length,
      distinctValues: distinct,
      ...statistics(exact.map((value) => (MONEY_METRICS.has(metric) ? Number(value) / MICROS : Number(value)))),
      verdict: nonZero.length === 0 ? 'ALL_ZERO' : nonZero.length >= 2 && distinct === 1 ? 'IDENTICAL' : 'VARIED',
    };
  });
}

function statistics(values: readonly number[]): Pick<Distribution, 'min' | 'max' | 'mean' | 'standardDeviation'> {
  const [first = 0] = values;
  const mean = values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    min: values.reduce((least, value) => (value < least ? value : least), first),
    max: values.reduce((most, value) => (value > most ? value : most), first),
    mean,
    standardDeviation: values.length < 2 ? 0 : Math.sqrt(squares / values.length),
  };
}
