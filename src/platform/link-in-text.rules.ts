import { LINK_LENGTH_LIMIT, type RefusedLink, refuse, TOO_LONG } from './link.rules.js';

/**
 * What stands around links in texts: spaces, quotes, brackets, punctuation of other scripts, emoji. Never part of a
 * clip's link.
 */
const AROUND = new RegExp(
  [
    /[\s"'`<>()[\]{}|]/u,
    /[^\P{P}\x20-\x7E]/u,
    /[^\P{Extended_Pictographic}\x20-\x7E]/u,
    // What belongs to an emoji.
    /\p{Emoji_Modifier}|\p{Regional_Indicator}|\uFE0F|\u20E3/u,
  ]
    .map(({ source }) => source)
    .join('|'),
  'u',
);
/** Punctuation that ends a sentence, or marks bold text, rather than a link. */
const ENDING = /[.,;:!?*~]+$/;
const OPENING = /^[.,;:!?*~]+/;
/** Invisible characters that apps put beside a link. */
const INVISIBLE_EDGES = /^\p{Cf}+|\p{Cf}+$/gu;
/** A scheme somewhere in a word: "看https://youtu.be/..." */
const SCHEME = /[a-z][a-z0-9+.-]*:\/\//i;
/** A host and a path without a scheme: "vm.tiktok.com/ZM1/". */
const HOST_AND_PATH = /^(?:[^\s/@]*@)?(?:[\p{L}\p{N}-]+\.)+\p{L}{2,}\.?(?::\d+)?\//u;
/** TikTok Lite adds this to every link that it shares. */
const ADVERTS = new Set(['https://www.tiktok.com/tiktoklite']);

/**
 * Finds the one link in a text, such as the text that an app puts on the clipboard. A text that is a link is that link.
 * @returns the link without what is around it; or why the text does not hold exactly one
 * @see docs/domain.md S1
 */
export function findLink(text: string): { link: string } | RefusedLink {
  if (text.trim() === '') return refuse('The link is empty.');
  if (text.length > LINK_LENGTH_LIMIT) return refuse(TOO_LONG);
  if (/[^\P{Cc}\s]/u.test(text)) return refuse('The link holds control characters.');
  const links = new Set(
    text
      .split(AROUND)
      .map(asLink)
      .filter((link) => link !== null && !ADVERTS.has(link)),
  );
  const [link] = links;
  if (!link) return refuse('There is no link in this text.');
  // Of a link within a link nobody knows which of the two is meant.
  if (links.size > 1 || link.split('://').length > 2)
    return refuse('There is more than one link in this text: give one.');
  return { link };
}

/** The link that a word is, or null. */
function asLink(word: string): string | null {
  const bare = word.replace(INVISIBLE_EDGES, '').replace(OPENING, '').replace(ENDING, '').replace(INVISIBLE_EDGES, '');
  const at = SCHEME.exec(bare)?.index;
  if (at !== undefined) return bare.slice(at);
  return HOST_AND_PATH.test(bare) ? bare : null;
}
