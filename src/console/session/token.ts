interface Claims {
  exp?: unknown;
  iat?: unknown;
  sub?: unknown;
}

/** What a token says of itself, unchecked: the API checks it. Empty for what is no JWT. */
function claimsOf(token: string): Claims {
  try {
    const payload = token.split('.')[1] ?? '';
    return JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as Claims;
  } catch {
    return {};
  }
}

/** When a token expires, in ms since 1970; null when it does not say so. */
export function expiryOf(token: string): number | null {
  const { exp } = claimsOf(token);
  return typeof exp === 'number' ? exp * 1000 : null;
}

/** Whether two tokens speak of the same person. */
export function isSamePerson(one: string, other: string): boolean {
  const { sub } = claimsOf(one);
  return typeof sub === 'string' && sub === claimsOf(other).sub;
}
