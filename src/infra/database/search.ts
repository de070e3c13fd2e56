import { badInput } from '../../shared/errors.js';

const SEARCH_LENGTH_LIMIT = 100;

/**
 * A search text in the form in which it is compared; undefined for none.
 * @throws BAD_USER_INPUT too long, or with control characters
 */
export function checkSearch(given: string | null | undefined): string | undefined {
  const search = given?.normalize('NFC').trim();
  if (search && (search.length > SEARCH_LENGTH_LIMIT || /\p{C}/u.test(search)))
    throw badInput('search', `search must be at most ${SEARCH_LENGTH_LIMIT} characters without control characters.`);
  return search || undefined;
}

/** The LIKE pattern of texts that contain another, whatever signs are in it. */
export const containing = (search: string) => `%${search.replace(/[\\%_]/g, '\\$&')}%`;
