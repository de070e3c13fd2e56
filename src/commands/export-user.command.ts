import { once } from 'node:events';
import { COMMAND } from '../audit/audit.service.js';
import { isId } from '../infra/identifier.js';
import { writeDataOf } from '../privacy/export-data.service.js';
import { notFound } from '../shared/errors.js';
import { findUsersByIds } from '../user/user.sql.js';
import { defineCommand, UsageError } from './command-line.js';
import { withDatabase } from './with-database.js';

/** @see docs/domain.md U6 */
export const exportUserCommand = defineCommand({
  name: 'export-user',
  summary: 'Prints everything that is kept about a user as JSON, however much it is.',
  options: { id: { type: 'string', value: 'ID', help: 'The id of the user. Needed.' } },
  async run({ id }) {
    if (!isId(id ?? '')) throw new UsageError('--id must be the id of a user: npm run export-user -- --id=ID');
    await withDatabase(async ({ orm, settings }) => {
      const userId = id as string;
      if ((await findUsersByIds(orm.em.fork(), [userId])).length === 0) throw notFound('User');
      const deps = { clock: { now: () => new Date() }, settings };
      await writeDataOf(orm.em, deps, { actor: COMMAND, userId }, async (text) => {
        if (!process.stdout.write(text)) await once(process.stdout, 'drain');
      });
    });
  },
});
