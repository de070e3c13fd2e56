import fs from 'node:fs';
import path from 'node:path';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { createSchema } from '../api-schema.js';
import { defineCommand } from './command-line.js';

export const emitSchemaCommand = defineCommand({
  name: 'emit-schema',
  summary: 'For developers: writes schema/schema.graphql from the code, sorted, with descriptions.',
  options: {},
  run() {
    const text = `${printSchema(lexicographicSortSchema(createSchema()))}\n`;
    fs.writeFileSync(path.resolve('schema', 'schema.graphql'), text);
  },
});
