import type DataLoader from 'dataloader';
import type { Clock } from '../shared/clock.js';
import type { Settings } from './config.js';
import type { CrossRequestReads } from './database/cross-request-reads.js';
import type { EntityManager } from './database/database.js';
import type { Logger } from './observability/logger.js';
import type { PubSub } from './queue/pub-sub.js';
import type { Queue } from './queue/queue.js';

/**
 * What services are given besides the database: time, the log, the queue, the settings. A room that owns an outside
 * source adds its port here (`declare module`), as platform/view-source.ts does.
 */
export interface Deps {
  clock: Clock;
  log: Logger;
  queue: Queue;
  settings: Settings;
}

/** A right that a viewer holds. The names are those of user/grants.ts. */
export interface HeldGrant {
  grant: string;
  /** The id of the one thing it holds for (a user's own rows, later a brand); null: it holds everywhere. */
  scope: string | null;
}

/** Who makes a request. Made by `viewerOf` in user/grants.ts alone. */
export interface Viewer {
  id: string;
  /** Everything that the viewer may do follows from these. @see docs/domain.md U5 */
  grants: readonly HeldGrant[];
  /** Whether ADMIN is among the grants. */
  admin: boolean;
}

/** What a resolver is given: one per request (and one per event of a subscription). */
export interface RequestContext {
  em: EntityManager;
  deps: Deps;
  /** Null when no token was sent. */
  viewer: Viewer | null;
  /** What instances tell each other: the source of subscriptions. */
  pubSub: PubSub;
  /** What this request reads in the same statement as others do. */
  sharedReads: CrossRequestReads;
  /** The request's DataLoader of a definition, made when first asked for. */
  load<K, V>(definition: LoaderDefinition<K, V>): DataLoader<K, V, unknown>;
}

/** How a kind of thing is loaded for many keys at once; kept beside its SQL. */
export interface LoaderDefinition<K, V> {
  readonly name: string;
  /** One statement; answers in the order of the keys. */
  batch(context: RequestContext, keys: readonly K[]): Promise<readonly V[]>;
  /** The identity of a key that is not a plain value. */
  identify?(key: K): unknown;
}

/**
 * The type of a `@Root()`: a row as it comes from the database. Named through this, it leaves no class in the metadata,
 * or type-graphql would make a new instance of that class for every single field (through MikroORM's setters, at
 * that).
 */
export type Row<T> = T;
