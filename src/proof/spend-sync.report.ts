import { formatMoney, type Micros } from '../shared/money.js';
import type { CampaignSpend, SpendSync } from './spend-sync.service.js';

const signed = (amount: Micros) => `${amount > 0n ? '+' : ''}${formatMoney(amount)}`;

/** A part of a budget: "82.13 %". */
function percentOf(budget: Micros, amount: Micros): string {
  const hundredths = (amount * 10_000n) / budget;
  return `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')} %`;
}

function block({ campaign, recordedSpent, actualSpent, difference, approvedClips }: CampaignSpend): string {
  const { title, id, status, budget } = campaign;
  return [
    title,
    `  id              ${id}`,
    `  status          ${status}`,
    `  budget          ${formatMoney(budget)}`,
    `  recorded spent  ${formatMoney(recordedSpent)} (${percentOf(budget, recordedSpent)})`,
    `  actual spent    ${formatMoney(actualSpent)} (${percentOf(budget, actualSpent)})`,
    `  difference      ${signed(difference)}`,
    `  approved clips  ${approvedClips}`,
  ].join('\n');
}

/**
 * A comparison for a terminal: a block for each campaign that differs, then the summary.
 * @param written whether the actual figures have been stored
 * @see docs/domain.md V2
 */
export function describeSpendSync({ campaigns, summary }: SpendSync, written: boolean): string {
  const differing = campaigns.filter((each) => each.difference !== 0n);
  const unlisted = summary.needsSync - differing.length;
  const outcome =
    summary.needsSync === 0 ? 'Nothing to sync.' : written ? 'Stored.' : 'Nothing was written: a dry run.';
  return [
    ...differing.map(block),
    ...(unlisted > 0 ? [`... and ${unlisted} more that differ`] : []),
    `${summary.total} campaigns, ${summary.needsSync} differ, by ${formatMoney(summary.totalDifference)} in all. ${outcome}`,
  ].join('\n\n');
}
