import { sql } from 'kysely';
import { newestFirst } from '../infra/graphql/connection.js';
import { defineLoader } from '../infra/graphql/loader.js';
import { defineNestedConnection } from '../infra/graphql/nested-connections.js';
import { groupBy, inOrderOf } from '../shared/batching.js';
import { countReadings, findReadingPages, findReadings, findRunsOfRounds } from './reading.sql.js';
import { countRounds, findRoundPages } from './round-pages.sql.js';
import { findRounds, findRoundsOfRuns, findRunFigures, findRuns, type RunFigures } from './tracking.sql.js';
import type { TrackingRound } from './tracking-round.entity.js';
import type { TrackingRun } from './tracking-run.entity.js';
import type { ViewTracking } from './view-tracking.entity.js';

const NOTHING_PLANNED: Omit<RunFigures, 'runId'> = {
  clipsPlanned: 0,
  clipsRead: 0,
  clipsSucceeded: 0,
  earningsAdded: 0n,
  campaignsCompleted: 0,
};

export const runFigures = defineLoader<Omit<RunFigures, 'runId'>>('run figures', async (em, ids) =>
  inOrderOf(ids, await findRunFigures(em, ids), (figures) => figures.runId, NOTHING_PLANNED),
);

export const roundsOfRun = defineLoader<TrackingRound[]>('rounds of a run', async (em, ids) => {
  const rounds = groupBy(await findRoundsOfRuns(em, ids), (round) => round.runId);
  return ids.map((id) => rounds.get(id) ?? []);
});

export const roundsOfCampaign = defineNestedConnection<TrackingRound, object>({
  name: 'rounds of a campaign',
  order: newestFirst(sql`r.id`),
  rows: (em, campaignIds, slice) => findRoundPages(em, campaignIds, slice),
  counts: (em, campaignIds) => countRounds(em, campaignIds),
});

export const runById = defineLoader<TrackingRun | null>('run by id', async (em, ids) =>
  inOrderOf(ids, await findRuns(em, ids), (run) => run.id, null),
);

export const roundById = defineLoader<TrackingRound | null>('round by id', async (em, ids) =>
  inOrderOf(ids, await findRounds(em, ids), (round) => round.id, null),
);

export const runOfRound = defineLoader<TrackingRun | null>('run of a round', async (em, ids) =>
  inOrderOf(ids, await findRunsOfRounds(em, ids), (run) => run.roundId, null),
);

export const readingById = defineLoader<ViewTracking | null>('reading by id', async (em, ids) =>
  inOrderOf(ids, await findReadings(em, ids), (reading) => reading.id, null),
);

export const readingsOfClip = defineNestedConnection<ViewTracking, { requested: string[] }>({
  name: 'readings of a clip',
  order: newestFirst(sql`v.id`),
  rows: (em, clipIds, slice, { requested }) => findReadingPages(em, clipIds, slice, requested),
  counts: (em, clipIds) => countReadings(em, clipIds),
});
