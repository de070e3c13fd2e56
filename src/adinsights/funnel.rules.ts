import type { RawRow } from './insight-row.rules.js';

/** The steps of a booking, under the names that META_FUNNEL uses. */
export const STEPS = {
  bookingStep1: 'booking_step_1',
  bookingStep2: 'booking_step_2',
  bookingStep3: 'booking_step_3',
  reservations: 'reservations',
} as const;

export type Step = (typeof STEPS)[keyof typeof STEPS];

/** For each step the action types that may report it, the preferred first. */
export type Funnel = Record<Step, readonly string[]>;

/** For each step the one type that is read; null when none of them is reported. */
export type ChosenFunnel = Record<Step, string | null>;

const STEP_NAMES = Object.values(STEPS);

/**
 * Chooses the type of each step once for all rows of an account: the first of its list that any of them reports. One
 * event is reported under several types; adding them up, or choosing row by row, would count it twice or mix what is
 * counted.
 * @see docs/domain.md A2
 */
export function chooseFunnel(funnel: Funnel, rows: readonly RawRow[]): ChosenFunnel {
  const reported = new Set(rows.flatMap((row) => row.actions.map((action) => action.action_type)));
  return Object.fromEntries(
    STEP_NAMES.map((step) => [step, funnel[step].find((type) => reported.has(type)) ?? null]),
  ) as ChosenFunnel;
}

/** What a reader of the figures should know: steps that are read otherwise than before. */
export function funnelChanges(before: ChosenFunnel | null, now: ChosenFunnel): string[] {
  return STEP_NAMES.flatMap((step) =>
    before?.[step] && now[step] && before[step] !== now[step]
      ? [`${step} is read from ${now[step]}, before it was ${before[step]}.`]
      : [],
  );
}

/** A later step can hardly happen more often than the one before: one warning for each campaign where it does. */
export function funnelInversions(
  insights: readonly {
    campaign: { adCampaignId: string; name: string };
    figures: Record<'bookingStep1' | 'bookingStep2' | 'bookingStep3' | 'reservations', bigint>;
  }[],
): string[] {
  const order = ['bookingStep1', 'bookingStep2', 'bookingStep3', 'reservations'] as const;
  return insights.flatMap(({ campaign, figures }) => {
    const inverted = order.flatMap((step, index) => {
      const earlier = order[index - 1];
      return earlier && figures[step] > figures[earlier]
        ? [`${STEPS[step]} (${figures[step]}) over ${STEPS[earlier]} (${figures[earlier]})`]
        : [];
    });
    return inverted.length > 0 ? [`${campaign.adCampaignId} "${campaign.name}": ${inverted.join(', ')}.`] : [];
  });
}
