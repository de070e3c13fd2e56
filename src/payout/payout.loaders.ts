import { sql } from 'kysely';
import { newestFirst } from '../infra/graphql/connection.js';
import { defineLoader } from '../infra/graphql/loader.js';
import { defineNestedConnection } from '../infra/graphql/nested-connections.js';
import { inOrderOf } from '../shared/batching.js';
import type { Payout } from './payout.entity.js';
import {
  type ClipperList,
  countOfClippers,
  findPagesOfClippers,
  findPayouts,
  findPayoutsOfRequests,
  findRequests,
} from './payout.sql.js';
import type { PayoutRequest } from './payout-request.entity.js';
import { findUserFigures, NO_USER_FIGURES, type UserFigures } from './user-figures.sql.js';

/** A user without a submission has figures too: zeros. */
export const userFigures = defineLoader<Omit<UserFigures, 'clipperId'>>('user figures', async (em, ids) =>
  inOrderOf(ids, await findUserFigures(em, ids), (figures) => figures.clipperId, NO_USER_FIGURES),
);

export const requestById = defineLoader<PayoutRequest | null>('payout request by id', async (em, ids) =>
  inOrderOf(ids, await findRequests(em, ids), (request) => request.id, null),
);

export const payoutById = defineLoader<Payout | null>('payout by id', async (em, ids) =>
  inOrderOf(ids, await findPayouts(em, ids), (payout) => payout.id, null),
);

export const payoutOfRequest = defineLoader<Payout | null>('payout of a request', async (em, ids) =>
  inOrderOf(ids, await findPayoutsOfRequests(em, ids), (payout) => payout.requestId, null),
);

const pagesOf = <Row extends object>(name: string, table: ClipperList) =>
  defineNestedConnection<Row, object>({
    name,
    order: newestFirst(sql`l.id`),
    rows: (em, clipperIds, slice) => findPagesOfClippers<Row>(em, table, clipperIds, slice),
    counts: (em, clipperIds) => countOfClippers(em, table, clipperIds),
  });

export const requestsOfClipper = pagesOf<PayoutRequest>('payout requests of a clipper', 'payout_request');
export const payoutsOfClipper = pagesOf<Payout>('payouts of a clipper', 'payout');
