import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Whether an Authorization header carries a secret as its bearer token. Takes the same time however much of it is
 * right.
 */
export function isBearer(authorization: string | undefined, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(authorization ?? ''), digest(`Bearer ${secret}`));
}
