import { defineLoader } from '../infra/graphql/loader.js';
import { inOrderOf } from '../shared/batching.js';
import { findAuditEvents } from './audit.sql.js';
import type { AuditEvent } from './audit-event.entity.js';

export const auditEventById = defineLoader<AuditEvent | null>('audit event by id', async (em, ids) =>
  inOrderOf(ids, await findAuditEvents(em, ids), (event) => event.id, null),
);
