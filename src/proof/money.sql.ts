import { type RawBuilder, sql } from 'kysely';

/**
 * Micros as a decimal string, as formatMoney writes them: 2 to 6 decimals. For what SQL tells people; null stays null.
 * @param amount a column or an expression over columns
 * @see docs/domain.md M3
 */
export function moneyText(amount: string): RawBuilder<string | null> {
  const decimals = `round((${amount})::numeric / 1000000, 6)::text`;
  return sql.raw(`regexp_replace(${decimals}, '(\\.\\d{2})(\\d*[1-9])?0*$', '\\1\\2')`);
}
