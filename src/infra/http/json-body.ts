import { HttpError } from './http-error.js';

/**
 * Deeper than any input of the schema; what reads a value by calling itself for each level stays far from its limit.
 */
const NESTING_LIMIT = 50;

const QUOTE = 34;
const BACKSLASH = 92;
const OPENING = new Set([91, 123]);
const CLOSING = new Set([93, 125]);
const BYTE_ORDER_MARK = 0xfeff;

/**
 * Reads a JSON text.
 * @throws HttpError 400: it is not JSON, begins with a byte order mark, or is nested deeper than {@link NESTING_LIMIT}
 * levels
 */
export function parseJson(text: string): unknown {
  if (text.charCodeAt(0) === BYTE_ORDER_MARK)
    throw new HttpError(400, 'The body must be JSON in UTF-8 without a byte order mark.');
  requireShallow(text);
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpError(400, 'The body must be JSON.');
  }
}

/** @throws HttpError 400: a JSON text is nested too deeply */
export function requireShallow(text: string): void {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (inString) {
      if (character === BACKSLASH) at += 1;
      else if (character === QUOTE) inString = false;
    } else if (character === QUOTE) inString = true;
    else if (OPENING.has(character)) {
      depth += 1;
      if (depth > NESTING_LIMIT) throw new HttpError(400, `JSON must be nested at most ${NESTING_LIMIT} levels deep.`);
    } else if (CLOSING.has(character)) depth -= 1;
  }
}
