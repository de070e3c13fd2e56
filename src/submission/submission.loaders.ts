import { sql } from 'kysely';
import { defineChildPages } from '../infra/child-pages.js';
import { newestFirst } from '../infra/connection.js';
import { defineLoader } from '../infra/loader.js';
import { inOrderOf } from '../shared/batching.js';
import type { Clip } from './clip.entity.js';
import type { ClipSubmission } from './clip-submission.entity.js';
import {
  countSubmissionsOf,
  findClipsBySubmissions,
  findSubmissionPages,
  findSubmissionsByIds,
  type ParentColumn,
  type SubmissionFilter,
} from './submission.sql.js';

export const submissionById = defineLoader<string, ClipSubmission | null>('submission by id', async (em, ids) =>
  inOrderOf(ids, await findSubmissionsByIds(em, ids), (submission) => submission.id, null),
);

export const clipBySubmission = defineLoader<string, Clip | null>('clip by submission', async (em, ids) =>
  inOrderOf(ids, await findClipsBySubmissions(em, ids), (clip) => clip.submissionId, null),
);

const pagesBelow = (name: string, parent: ParentColumn) =>
  defineChildPages<ClipSubmission, SubmissionFilter>({
    name,
    order: newestFirst(sql`s.id`),
    rows: (em, parentIds, slice, filter) => findSubmissionPages(em, parent, parentIds, filter, slice),
    counts: (em, parentIds, filter) => countSubmissionsOf(em, parent, parentIds, filter),
  });

export const submissionsOfCampaign = pagesBelow('submissions of a campaign', 'campaign_id');
export const submissionsOfClipper = pagesBelow('submissions of a clipper', 'clipper_id');
