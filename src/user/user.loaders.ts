import { defineLoader } from '../infra/graphql/loader.js';
import { inOrderOf } from '../shared/batching.js';
import { type ClipperProfile, profileOf } from './clipper-profile.js';
import type { User } from './user.entity.js';
import { findUsersByIds, findUsersByProfiles } from './user.sql.js';

export const userById = defineLoader<User | null>('user by id', async (em, ids) =>
  inOrderOf(ids, await findUsersByIds(em, ids), (user) => user.id, null),
);

export const profileById = defineLoader<ClipperProfile | null>('profile by id', async (em, ids) =>
  inOrderOf(ids, (await findUsersByProfiles(em, ids)).map(profileOf), (profile) => profile.id, null),
);
