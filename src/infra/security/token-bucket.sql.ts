import { type RawBuilder, sql } from 'kysely';

/**
 * What a token bucket of a row holds now, by the database's clock: the same arithmetic as TokenBucket, over all
 * instances.
 * @param columns of the row: the tokens it held, and when
 */
export const refilled = (
  columns: { tokens: string; filledAt: string },
  bucket: { size: number; perSecond: number },
): RawBuilder<number> =>
  sql<number>`least(${bucket.size}::float8, ${sql.ref(columns.tokens)}
    + extract(epoch from clock_timestamp() - ${sql.ref(columns.filledAt)})::float8 * ${bucket.perSecond}::float8)`;
