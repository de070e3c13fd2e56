// Writes schema/generated/persisted-operations.json: every operation of schema/operations by the SHA-256 of the text that Apollo
// Client sends, with __typename in each selection. Run by `npm run generate`, on the documents that codegen has made.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { InMemoryCache } from '@apollo/client';
import { Kind, print } from 'graphql';
import * as documents from './generated/graphql.ts';

const cache = new InMemoryCache();
const operations = Object.values(documents).flatMap((document) => {
  const operation = document?.definitions?.find((each) => each.kind === Kind.OPERATION_DEFINITION);
  if (!operation?.name) return [];
  const body = print(cache.transformDocument(document));
  const id = createHash('sha256').update(body).digest('hex');
  return [{ id, name: operation.name.value, type: operation.operation, body }];
});
operations.sort((one, other) => (one.name < other.name ? -1 : 1));
const manifest = { format: 'apollo-persisted-query-manifest', version: 1, operations };
const file = path.join(import.meta.dirname, 'generated', 'persisted-operations.json');
fs.writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
