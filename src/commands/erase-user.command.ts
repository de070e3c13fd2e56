import { isId } from '../infra/identifier.js';
import { eraseUser } from '../privacy/erase-user.service.js';
import { defineCommand, UsageError } from './command-line.js';
import { print, withDatabase } from './with-database.js';

/** @see docs/domain.md U6 */
export const eraseUserCommand = defineCommand({
  name: 'erase-user',
  summary: 'Takes everything personal about a user out of the database. It cannot be undone.',
  options: {
    id: { type: 'string', value: 'ID', help: 'The id of the user. Needed.' },
    forfeit: { type: 'boolean', help: 'Gives up a balance below the minimum.' },
  },
  async run({ id, forfeit }) {
    if (!isId(id ?? '')) throw new UsageError('--id must be the id of a user: npm run erase-user -- --id=ID');
    await withDatabase(async ({ orm, settings }) => {
      const deps = { clock: { now: () => new Date() }, settings };
      await eraseUser(orm.em, deps, null, { id: id as string, forfeit: forfeit ?? false });
      print(`User ${id} is erased.`);
    });
  },
});
