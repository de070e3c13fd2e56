import { formatMoneyWithCurrency } from '../shared/money.js';
import type { ImportReport } from './import.service.js';

/** The most reasons that are printed. More would hide the first. */
const TOLD = 1_000;

/** The outcome of an import for a person to read. */
export function describeImport(report: ImportReport, dryRun: boolean, currency: string): string {
  const { refusals, counts, earnings, paidOut } = report;
  const lines = refusals
    .slice(0, TOLD)
    .map(({ file, line, why }) => `${file}${line > 0 ? ` line ${line}` : ''}: ${why}`);
  if (refusals.length > TOLD) lines.push(`... and ${refusals.length - TOLD} more.`);
  const rows = Object.entries(counts)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ');
  if (refusals.length > 0) lines.push(`Nothing was imported of ${rows}: ${refusals.length} to fix.`);
  else
    lines.push(
      `${dryRun ? 'Nothing is wrong; without --dry-run these are imported' : 'Imported'}: ${rows}.`,
      `Opening earnings ${formatMoneyWithCurrency(earnings, currency)}, paid out ${formatMoneyWithCurrency(paidOut, currency)}.`,
    );
  return lines.join('\n');
}
