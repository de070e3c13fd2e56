const NAME_LENGTH_LIMIT = 100;
const ID_CHARACTERS_SHOWN = 6;

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
