import path from 'node:path';
import { defineCommand } from './command-line.js';
import { print, withDatabase } from './with-database.js';

export const createMigrationCommand = defineCommand({
  name: 'migration',
  summary: 'For developers: writes a migration from the difference between the entities and the snapshot.',
  options: {},
  run: () =>
    withDatabase(
      async ({ orm }) => {
        const { fileName } = await orm.migrator.create(path.resolve('migrations'));
        print(fileName ? `migrations/${fileName}` : 'Nothing has changed.');
      },
      { beforeMigration: true },
    ),
});
