import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { COMMAND } from '../audit/audit.service.js';
import { ConfigError } from '../infra/config.js';
import type { Deps } from '../infra/context.js';
import type { EntityManager } from '../infra/database/database.js';
import { isId } from '../infra/identifier.js';
import { sealPayoutDetails } from '../payout/seal-payouts.service.js';
import { notFound } from '../shared/errors.js';
import { findUsersByIds } from '../user/user.sql.js';
import { eraseUser } from './erase-user.service.js';
import { writeDataOf } from './export-data.service.js';

type Given = Pick<Deps, 'clock' | 'settings'>;
type Print = (text: string) => void;
/** What a command does with the database, once its options are known to be right. */
type Work = (orm: { em: EntityManager }) => Promise<void>;

/** @throws ConfigError there is no id, or it is none */
function requireId(id: string | undefined, command: string): string {
  if (id && isId(id)) return id;
  throw new ConfigError(`--id must be the id of a user: npm run ${command} -- --id=ID`);
}

/** `npm run seal`: seals and digests payout details with the current key. @see docs/domain.md F4 */
export function sealCommand(args: string[], deps: Given, print: Print): Work {
  parseArgs({ args, options: {} });
  return async ({ em }) => {
    const { sealed, digested, refused } = await sealPayoutDetails(em, deps, print);
    print(`${sealed} sealed, ${digested} digested, ${refused} refused.`);
    if (refused > 0) process.exitCode = 1;
  };
}

/** `npm run erase-user -- --id=ID [--forfeit]`. @see docs/domain.md U6 */
export function eraseCommand(args: string[], deps: Given, print: Print): Work {
  const options = { id: { type: 'string' }, forfeit: { type: 'boolean', default: false } } as const;
  const { values } = parseArgs({ args, options });
  const id = requireId(values.id, 'erase-user');
  return async ({ em }) => {
    await eraseUser(em, deps, null, { id, forfeit: values.forfeit });
    print(`User ${id} is erased.`);
  };
}

/** `npm run export-user -- --id=ID`: everything that is kept about a user, however much it is. @see docs/domain.md U6 */
export function exportCommand(args: string[], deps: Given): Work {
  const { values } = parseArgs({ args, options: { id: { type: 'string' } } });
  const id = requireId(values.id, 'export-user');
  return async ({ em }) => {
    if ((await findUsersByIds(em.fork(), [id])).length === 0) throw notFound('User');
    await writeDataOf(em, deps, { actor: COMMAND, userId: id }, async (text) => {
      if (!process.stdout.write(text)) await once(process.stdout, 'drain');
    });
  };
}
