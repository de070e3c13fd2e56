import { sql } from 'kysely';
import { defineChildPages } from '../infra/child-pages.js';
import { newestFirst } from '../infra/connection.js';
import { defineLoader } from '../infra/loader.js';
import { inOrderOf } from '../shared/batching.js';
import { type ClipperFigures, findClipperFigures, NO_FIGURES } from './clipper-figures.sql.js';
import type { EarningEntry } from './earning-entry.entity.js';
import { countEntries, findEntryPages } from './earnings.sql.js';

/** A clipper without a submission has figures too: zeros. */
export const clipperFigures = defineLoader<string, Omit<ClipperFigures, 'clipperId'>>(
  'clipper figures',
  async (em, ids) => inOrderOf(ids, await findClipperFigures(em, ids), (figures) => figures.clipperId, NO_FIGURES),
);

export const entriesOfClip = defineChildPages<EarningEntry, object>({
  name: 'entries of a clip',
  order: newestFirst(sql`e.id`),
  rows: (em, clipIds, slice) => findEntryPages(em, clipIds, slice),
  counts: (em, clipIds) => countEntries(em, clipIds),
});
