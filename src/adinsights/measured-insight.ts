import type { AdCampaign } from './ads-source.js';
import { AdsSourceError } from './ads-source.js';
import { type ChosenFunnel, STEPS, type Step } from './funnel.rules.js';
import { microsOf, type RawRow } from './insight-row.rules.js';

/** What a campaign did in a period. Money in micros of the account's currency. */
export interface Figures {
  spend: bigint;
  impressions: bigint;
  clicks: bigint;
  bookingStep1: bigint;
  bookingStep2: bigint;
  bookingStep3: bigint;
  reservations: bigint;
  reservationValue: bigint;
}

export const METRICS = [
  'spend',
  'impressions',
  'clicks',
  'bookingStep1',
  'bookingStep2',
  'bookingStep3',
  'reservations',
  'reservationValue',
] as const satisfies readonly (keyof Figures)[];

/** Metrics that are money. */
export const MONEY_METRICS: ReadonlySet<keyof Figures> = new Set(['spend', 'reservationValue']);

/**
 * Figures that were measured: read from a campaign's own row at the source, or zeros because it has none. Nothing else
 * can be one, neither for the compiler nor at run time: a total that was divided over campaigns is no measurement, and
 * what stores measurements takes only these.
 * @see docs/domain.md A1
 */
export class MeasuredInsight {
  /** Makes the type nominal: an object with the same fields is not one. */
  readonly #measured = true;

  private constructor(
    readonly campaign: AdCampaign,
    readonly delivered: boolean,
    readonly figures: Readonly<Figures>,
    /** As the source gave them. */
    readonly raw: Pick<RawRow, 'actions' | 'action_values'>,
  ) {}

  /** @throws AdsSourceError GARBAGE a value that is not a whole count or an exact amount */
  static fromRow(row: RawRow, funnel: ChosenFunnel): MeasuredInsight {
    const count = (step: Step) => wholeOf(row, reported(row.actions, funnel[step]));
    const figures: Figures = {
      spend: moneyOf(row, row.spend),
      impressions: BigInt(row.impressions),
      clicks: BigInt(row.clicks),
      bookingStep1: count(STEPS.bookingStep1),
      bookingStep2: count(STEPS.bookingStep2),
      bookingStep3: count(STEPS.bookingStep3),
      reservations: count(STEPS.reservations),
      // The same event's value, so under the same type.
      reservationValue: moneyOf(row, reported(row.action_values, funnel[STEPS.reservations])),
    };
    const { actions, action_values } = row;
    const campaign = { adCampaignId: row.campaign_id, name: row.campaign_name };
    return new MeasuredInsight(campaign, true, figures, { actions, action_values });
  }

  /** A campaign without a row did nothing: that is measured, too. */
  static undelivered(campaign: AdCampaign): MeasuredInsight {
    const zeros = Object.fromEntries(METRICS.map((metric) => [metric, 0n])) as unknown as Figures;
    return new MeasuredInsight(campaign, false, zeros, { actions: [], action_values: [] });
  }

  /** Whether something is one: for what comes from where the compiler does not look. */
  static is(value: object): value is MeasuredInsight {
    return #measured in value;
  }
}

const reported = (actions: RawRow['actions'], type: string | null) =>
  actions.find((each) => each.action_type === type)?.value ?? '0';

function moneyOf(row: RawRow, text: string): bigint {
  const micros = microsOf(text);
  if (micros === null) throw garbage(row, `an amount of ${text}`);
  return micros;
}

function wholeOf(row: RawRow, text: string): bigint {
  const [units = '', decimals = ''] = text.split('.');
  if (/[^0]/.test(decimals)) throw garbage(row, `a count of ${text}`);
  return BigInt(units);
}

const garbage = (row: RawRow, what: string) =>
  new AdsSourceError(
    'GARBAGE',
    `The source reports ${what} for campaign ${row.campaign_id}, which cannot be kept exactly.`,
  );

/** The sum of measured figures. @see docs/domain.md A1 */
export function totalOf(insights: readonly { figures: Readonly<Figures> }[]): Figures {
  const sums = METRICS.map((metric) => [metric, insights.reduce((sum, each) => sum + each.figures[metric], 0n)]);
  return Object.fromEntries(sums) as unknown as Figures;
}
