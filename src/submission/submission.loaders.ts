import type { GraphQLResolveInfo } from 'graphql';
import { sql } from 'kysely';
import type { RequestContext } from '../infra/context.js';
import type { EntityManager } from '../infra/database/database.js';
import { newestFirst } from '../infra/graphql/connection.js';
import { defineLoader } from '../infra/graphql/loader.js';
import { defineNestedConnection } from '../infra/graphql/nested-connections.js';
import { fieldsOfNodes, requestedColumns } from '../infra/graphql/requested-columns.js';
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
    submission: requestedColumns(submissionColumns, fields),
    clip: fields.has('clip') ? requestedColumns(clipColumns, fieldsBelow(info, 'clip')) : null,
  };
}

const withRequestedColumns = {
  batch: async (em: EntityManager, ids: readonly string[], requested: string) =>
    inOrderOf(ids, await findListedSubmissions(em, ids, JSON.parse(requested)), ({ id }) => id, null),
};

/** A submission with what is requestedColumns of it, in one statement. */
export const loadSubmission = async (
  { sharedReads }: RequestContext,
  id: string,
  requested: SubmissionDemands,
): Promise<ListedSubmission | null> =>
  (await sharedReads.load(withRequestedColumns, JSON.stringify(requested), [id]))[0] ?? null;

interface PageFilter extends SubmissionFilter {
  requested: SubmissionDemands;
}

const pagesBelow = (name: string, parent: ParentColumn) =>
  defineNestedConnection<ListedSubmission, PageFilter>({
    name,
    order: newestFirst(sql`s.id`),
    rows: (em, parentIds, slice, { requested, ...filter }) =>
      findSubmissionPages(em, parent, parentIds, filter, slice, requested),
    counts: (em, parentIds, { requested: _demands, ...filter }) => countSubmissionsOf(em, parent, parentIds, filter),
  });

export const submissionsOfCampaign = pagesBelow('submissions of a campaign', 'campaign_id');
export const submissionsOfClipper = pagesBelow('submissions of a clipper', 'clipper_id');
