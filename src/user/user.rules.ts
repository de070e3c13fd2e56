import { conflict } from '../shared/errors.js';

const NAME_LENGTH_LIMIT = 100;
const ID_CHARACTERS_SHOWN = 6;

/** What the subject of an imported user begins with until they sign in for the first time; no token's may. */
export const IMPORTED_SUBJECT = 'imported:';

/** What the subject of an erased user begins with; no token's may. @see docs/domain.md U6 */
export const ERASED_SUBJECT = 'erased:';
export const ERASED_NAME = 'Erased user';

/**
 * What others may call a user: the name given, or "Clipper" and the last 6 characters of the id. Never from an e-mail.
 * @see docs/domain.md U4
 */
export function displayName(user: { id: string; givenName: string | null }): string {
  return user.givenName ?? `Clipper ${user.id.slice(-ID_CHARACTERS_SHOWN)}`;
}

/**
 * Brings a name into its stored form: Unicode normalised, single spaces, no control characters.
 * @returns null when nothing is left, it is longer than 100 characters, or it is an e-mail address
 */
export function cleanName(text: string): string | null {
  const name = text.normalize('NFC').replace(/\p{C}/gu, '').replace(/\s+/gu, ' ').trim();
  return name === '' || [...name].length > NAME_LENGTH_LIMIT || name.includes('@') ? null : name;
}

/** What a name must be, in words a client can show. */
export const NAME_FORM = `1 to ${NAME_LENGTH_LIMIT} characters, not an e-mail address`;

/**
 * Whether an admin may suspend or re-role a user.
 * @param otherAdmins admins, not suspended, other than that user
 * @param takesAdminAway whether the user is an admin who would be none any more
 * @throws CONFLICT oneself, or the last admin
 * @see docs/domain.md U2
 */
export function requireAdministrable(
  user: { id: string },
  actor: { id: string },
  { otherAdmins, takesAdminAway }: { otherAdmins: number; takesAdminAway: boolean },
): void {
  if (user.id === actor.id) throw conflict('Nobody suspends themselves or changes their own role.');
  if (takesAdminAway && otherAdmins === 0) throw conflict('The last admin can be neither suspended nor demoted.');
}
