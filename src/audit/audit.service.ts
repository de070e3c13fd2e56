import type { EntityManager } from '../infra/database/database.js';
import { newId } from '../infra/identifier.js';
import { AuditEvent } from './audit-event.entity.js';

/** Who changes something: a user by the API, or (id null) the schedule or a command. */
export interface Actor {
  id: string | null;
  via: 'api' | 'schedule' | 'command';
}

export const SCHEDULE: Actor = { id: null, via: 'schedule' };
export const COMMAND: Actor = { id: null, via: 'command' };

/** A user who acts through the API. */
export const byApi = (userId: string): Actor => ({ id: userId, via: 'api' });

export interface Change {
  actor: Actor;
  /** As in "campaign.publish". */
  action: string;
  subjectType: string;
  subjectId: string;
  /** What it was and is, without payout details; money as decimal strings. */
  before?: Record<string, unknown> | null;
  after?: Record<string, unknown> | null;
  /** The campaign event written with the change, where there is one. @see docs/domain.md L2 */
  event?: { id: string; number: number };
  at: Date;
}

/** Writes down a change in the transaction that makes it. @see docs/domain.md V4 */
export function recordAudit(em: EntityManager, change: Change): void {
  em.persist(
    em.create(AuditEvent, {
      id: newId(),
      actorId: change.actor.id,
      via: change.actor.via,
      action: change.action,
      subjectType: change.subjectType,
      subjectId: change.subjectId,
      campaignEventId: change.event?.id ?? null,
      campaignEventNumber: change.event?.number ?? null,
      before: change.before ? JSON.stringify(change.before) : null,
      after: change.after ? JSON.stringify(change.after) : null,
      at: change.at,
    }),
  );
}
