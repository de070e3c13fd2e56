import { Progress, Stack, Text, type TextProps } from '@mantine/core';
import { useSettings } from '../app/settings.js';
import { formatMoney } from '../format/money.js';
import { formatCount, formatDistance, formatInstant } from '../format/text.js';

/** An amount of the API, in the installation's currency. */
export function Money({ amount, ...text }: { amount: string } & TextProps) {
  const { currency } = useSettings();
  return (
    <Text component="span" inherit className="figure" {...text}>
      {formatMoney(amount, currency)}
    </Text>
  );
}

export function Count({ value }: { value: number }) {
  return <span className="figure">{formatCount(value)}</span>;
}

/** An instant: how long ago, and exactly when under the pointer and for screen readers. */
export function When({ at }: { at: string }) {
  return (
    <time dateTime={at} title={formatInstant(at)}>
      {formatDistance(at)}
    </time>
  );
}

/** What of a budget is spent, as a bar and in words. */
export function BudgetBar({ spent, budget, progress }: { spent: string; budget: string; progress: number }) {
  return (
    <Stack gap={4}>
      <Progress value={progress * 100} size="md" aria-label="Part of the budget that is spent" />
      <Text size="sm">
        <Money amount={spent} fw={600} /> of <Money amount={budget} /> spent
      </Text>
    </Stack>
  );
}
