import { defineLoader } from '../infra/graphql/loader.js';
import { inOrderOf } from '../shared/batching.js';
import type { User } from './user.entity.js';
import { findUsersByIds } from './user.sql.js';

export const userById = defineLoader<User | null>('user by id', async (em, ids) =>
  inOrderOf(ids, await findUsersByIds(em, ids), (user) => user.id, null),
);
