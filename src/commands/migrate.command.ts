import { startQueue } from '../../jobs/runner.js';
import { migrate } from '../infra/database/database.js';
import { JobQueue } from '../infra/queue/queue.js';
import { defineCommand } from './command-line.js';
import { commandLog, withDatabase } from './with-database.js';

const STOP_LIMIT_MS = 5_000;

/**
 * Migrations, and the queue's tables: a server whose database role may make nothing finds both.
 * @see docs/deployment.md
 */
export const migrateCommand = defineCommand({
  name: 'migrate',
  summary: 'Brings the database and its queue up to date. Run it as the owner of the tables.',
  options: {},
  run: () =>
    withDatabase(
      async ({ orm, url, settings }) => {
        await migrate(orm, url);
        const queue = new JobQueue(url, commandLog());
        try {
          await startQueue(queue, { settings });
        } finally {
          await queue.stop(STOP_LIMIT_MS);
        }
      },
      { beforeMigration: true },
    ),
});
