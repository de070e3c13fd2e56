import { conflict } from '../shared/errors.js';

const NAME_LENGTH_LIMIT = 100;
const ID_CHARACTERS_SHOWN = 6;

/** What the subject of an imported user begins with until they sign in for the first time; no token's may. */
export const IMPORTED_SUBJECT = 'imported:';

/** What the subject of an erased user begins with; no token's may. @see docs/domain.md U6 */
export const ERASED_SUBJECT = 'erased:';
export const ERASED_NAME = 'Erased user';

/** Words of a name that would make its bearer look like one of us. */
const RESERVED_WORDS = [
  'admin',
  'administrator',
  'administration',
  'moderator',
  'staff',
  'support',
  'sysadmin',
  'system',
];
const PRODUCT = 'clipledger';
/** Such a name belongs to somebody who has none. */
const NAMELESS = /^clipper [0-9a-f]{6}$/;
/** What looks like a Latin letter: characters of other alphabets, digits, and other Latin letters. */
const LOOKALIKES: Record<string, string> = {
  a: 'аαɑ4@',
  b: 'вβ',
  c: 'сϲ',
  d: 'ԁ',
  e: 'еєε3',
  g: 'ɡ9',
  h: 'һ',
  l: 'iіιıјӏ1!|',
  m: 'м',
  n: 'ոη',
  o: 'оοօ0',
  p: 'рρ',
  r: 'гɾ',
  s: 'ѕ5$',
  t: 'тτ7',
  u: 'υս',
  y: 'уγ',
};
const LATIN = new Map(
  Object.entries(LOOKALIKES).flatMap(([letter, lookalikes]) => [...lookalikes].map((each) => [each, letter] as const)),
);

/** A text as the eye takes it: small Latin letters without marks. "ΑdmIn" and "ádm1n" are the same. */
const seen = (text: string) =>
  [...text.normalize('NFKD').toLowerCase().replace(/\p{M}/gu, '')].map((each) => LATIN.get(each) ?? each).join('');
const SEEN_PRODUCT = seen(PRODUCT);
const SEEN_WORDS = RESERVED_WORDS.flatMap((word) => [seen(word), seen(`${word}s`)]);

/**
 * What others may call a user: the name given, or "Clipper" and the last 6 characters of the id. Never from an e-mail.
 * A name that was stored before the rules for names grew stricter is not shown.
 * @see docs/domain.md U4
 */
export function displayName({ id, givenName }: { id: string; givenName: string | null }): string {
  const name = givenName === null ? null : cleanName(givenName);
  return name ?? `Clipper ${shortId(id)}`;
}

/**
 * A name that tells two people of the same name apart: "Ana (9a8057)". For those who decide about people.
 * @see docs/domain.md U4
 */
export function distinctName(user: { id: string; givenName: string | null }): string {
  const name = displayName(user);
  return name.endsWith(shortId(user.id)) ? name : `${name} (${shortId(user.id)})`;
}

const shortId = (id: string) => id.slice(-ID_CHARACTERS_SHOWN);

/**
 * Brings a name into its stored form: one form of each character (NFKC), single spaces, nothing invisible.
 * @returns null when nothing is left, it is longer than 100 characters, an e-mail address, or a reserved name
 * @see docs/domain.md U4
 */
export function cleanName(text: string): string | null {
  const name = text
    .normalize('NFKC')
    .replace(/[\p{C}\p{Default_Ignorable_Code_Point}\u2800]/gu, '')
    .replace(/\s+/gu, ' ')
    .trim();
  return name === '' || [...name].length > NAME_LENGTH_LIMIT || name.includes('@') || isReservedName(name)
    ? null
    : name;
}

/**
 * Whether a name speaks for the product or its staff, whatever letters it is written with; or for somebody without a
 * name.
 */
function isReservedName(name: string): boolean {
  const words = seen(name).split(/[^\p{L}\p{N}]+/u);
  const joined = words.join('');
  return (
    NAMELESS.test(name.toLowerCase()) ||
    joined.includes(SEEN_PRODUCT) ||
    SEEN_WORDS.some((word) => joined === word || words.includes(word))
  );
}

/** What a name must be, in words a client can show. */
export const NAME_FORM = `1 to ${NAME_LENGTH_LIMIT} characters, not an e-mail address, and not the name of Clipledger or its staff (such as admin or support)`;

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
