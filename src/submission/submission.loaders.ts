import type { GraphQLResolveInfo } from 'graphql';
import { sql } from 'kysely';
import type { RequestContext } from '../infra/context.js';
import type { EntityManager } from '../infra/database/database.js';
import { newestFirst } from '../infra/graphql/connection.js';
import { defineLoader } from '../infra/graphql/loader.js';
import { defineChildPages } from '../infra/graphql/nested-connections.js';
import { demanded, fieldsOfNodes } from '../infra/graphql/requested-columns.js';
import { groupBy, inOrderOf } from '../shared/batching.js';
import type { Clip } from './clip.entity.js';
import { clipColumns, findClipsByIds } from './clip.sql.js';
import type { ClipSubmission } from './clip-submission.entity.js';
import {
  countSubmissionsOf,
  findClipsBySubmissions,
  findListedSubmissions,
  findSameClip,
  findSubmissionPages,
  findSubmissionsByIds,
  type ListedSubmission,
  type ParentColumn,
  type SubmissionDemands,
  type SubmissionFilter,
  submissionColumns,
} from './submission.sql.js';

export const submissionById = defineLoader<ClipSubmission | null>('submission by id', async (em, ids) =>
  inOrderOf(ids, await findSubmissionsByIds(em, ids), (submission) => submission.id, null),
);

export const sameClipOf = defineLoader<ClipSubmission[]>('other submissions of the same clip', async (em, ids) => {
  const others = groupBy(await findSameClip(em, ids), ({ parentId }) => parentId);
  return ids.map((id) => others.get(id) ?? []);
});

export const clipById = defineLoader<Clip | null>('clip by id', async (em, ids) =>
  inOrderOf(ids, await findClipsByIds(em, ids), (clip) => clip.id, null),
);

export const clipBySubmission = defineLoader<Clip | null>('clip by submission', async (em, ids) =>
  inOrderOf(ids, await findClipsBySubmissions(em, ids), (clip) => clip.submissionId, null),
);

/** What a document asks of a submission, or (`fieldsOfNodes`) of the elements of a list of them. */
export function submissionDemands(info: GraphQLResolveInfo, fieldsBelow = fieldsOfNodes): SubmissionDemands {
  const fields = fieldsBelow(info);
  return {
    submission: demanded(submissionColumns, fields),
    clip: fields.has('clip') ? demanded(clipColumns, fieldsBelow(info, 'clip')) : null,
  };
}

const withDemands = {
  batch: async (em: EntityManager, ids: readonly string[], demands: string) =>
    inOrderOf(ids, await findListedSubmissions(em, ids, JSON.parse(demands)), ({ id }) => id, null),
};

/** A submission with what is demanded of it, in one statement. */
export const loadSubmission = async (
  { joined }: RequestContext,
  id: string,
  demands: SubmissionDemands,
): Promise<ListedSubmission | null> => (await joined.load(withDemands, JSON.stringify(demands), [id]))[0] ?? null;

interface PageFilter extends SubmissionFilter {
  demands: SubmissionDemands;
}

const pagesBelow = (name: string, parent: ParentColumn) =>
  defineChildPages<ListedSubmission, PageFilter>({
    name,
    order: newestFirst(sql`s.id`),
    rows: (em, parentIds, slice, { demands, ...filter }) =>
      findSubmissionPages(em, parent, parentIds, filter, slice, demands),
    counts: (em, parentIds, { demands: _demands, ...filter }) => countSubmissionsOf(em, parent, parentIds, filter),
  });

export const submissionsOfCampaign = pagesBelow('submissions of a campaign', 'campaign_id');
export const submissionsOfClipper = pagesBelow('submissions of a clipper', 'clipper_id');
