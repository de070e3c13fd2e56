import { createHash } from 'node:crypto';
import fs from 'node:fs';
import type { ApolloServerPlugin } from '@apollo/server';
import { InMemoryLRUCache, type KeyValueCache } from '@apollo/utils.keyvaluecache';
import { GraphQLError } from 'graphql';
import { type DomainError, forbidden } from '../../shared/errors.js';
import type { RequestContext } from '../context.js';

/** What Apollo puts before a digest in its cache of persisted queries. */
const KEY_PREFIX = 'apq:';

/** The operations of our clients: their texts by the SHA-256 of the text. */
export type Manifest = ReadonlyMap<string, string>;

/**
 * Reads the manifest that `npm run generate` writes; its form is that of Apollo's tools.
 * @throws Error there is no such file, or it is not a manifest
 */
export function readManifest(file: string): Manifest {
  const { operations } = JSON.parse(fs.readFileSync(file, 'utf8')) as { operations: { id: string; body: string }[] };
  return new Map(operations.map(({ id, body }) => [id, body]));
}

/** Where Apollo looks persisted queries up: the manifest, which never forgets, then what clients have registered. */
export function persistedQueries(manifest: Manifest): KeyValueCache<string> {
  const registered = new InMemoryLRUCache<string>();
  return {
    get: async (key) => manifest.get(key.slice(KEY_PREFIX.length)) ?? registered.get(key),
    set: (key, value, options) => registered.set(key, value, options),
    delete: (key) => registered.delete(key),
  };
}

/** Why a caller may not send an operation; undefined where they may. Admins may send any: they explore. */
export function refusalOfOperation(
  manifest: Manifest,
  digest: string,
  { viewer }: Pick<RequestContext, 'viewer'>,
): DomainError | undefined {
  if (viewer?.admin || manifest.has(digest)) return undefined;
  return forbidden(
    'Only the operations of schema/generated/persisted-operations.json are accepted here, by their exact text or its SHA-256 (PERSISTED_OPERATIONS_ONLY). Admins may send others.',
  );
}

export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Refuses operations over HTTP that are not in the manifest. */
export const persistedOnly = (manifest: Manifest): ApolloServerPlugin<RequestContext> => ({
  async requestDidStart() {
    return {
      async didResolveOperation({ queryHash, contextValue }) {
        const refusal = refusalOfOperation(manifest, queryHash, contextValue);
        if (refusal) throw new GraphQLError('', { originalError: refusal, extensions: { http: { status: 403 } } });
      },
    };
  },
});
