import DataLoader from 'dataloader';
import type { LoaderDefinition, RequestContext } from '../context.js';
import type { EntityManager } from '../database/database.js';

/** The most keys that one statement of a loader is given. */
const BATCH_LIMIT = 1_000;

/** Names a way of loading many ids with one statement, which those of other requests at the same time may share. */
export function defineLoader<V>(
  name: string,
  batch: (em: EntityManager, ids: readonly string[]) => Promise<readonly V[]>,
): LoaderDefinition<string, V> {
  const read = { batch };
  return { name, batch: ({ sharedReads }, ids) => sharedReads.load(read, '', ids) };
}

/** The same for keys that are more than an id, and for what depends on who asks. */
export function defineRequestLoader<K, V>(
  name: string,
  batch: (em: EntityManager, keys: readonly K[], context: RequestContext) => Promise<readonly V[]>,
  identify?: (key: K) => unknown,
): LoaderDefinition<K, V> {
  return { name, batch: (context, keys) => batch(context.em, keys, context), identify };
}

/** Makes the `load` of one request: a DataLoader for each definition, on demand. */
export function createLoad(contextOf: () => RequestContext): RequestContext['load'] {
  const loaders = new Map<object, DataLoader<never, unknown, unknown>>();
  return <K, V>(definition: LoaderDefinition<K, V>) => {
    const known = loaders.get(definition) as DataLoader<K, V, unknown> | undefined;
    if (known) return known;
    const loader = new DataLoader<K, V, unknown>((keys) => definition.batch(contextOf(), keys), {
      maxBatchSize: BATCH_LIMIT,
      cacheKeyFn: definition.identify,
      name: definition.name,
    });
    loaders.set(definition, loader as unknown as DataLoader<never, unknown, unknown>);
    return loader;
  };
}
