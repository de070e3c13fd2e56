import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify, SignJWT } from 'jose';
import { unauthenticated } from '../shared/errors.js';
import type { Settings } from './config.js';

const CLOCK_TOLERANCE_SECONDS = 30;
const JWKS_TIMEOUT_MS = 5_000;
const TEXT_LIMIT = 320;

/** What a verified token says about its bearer. It says nothing about their role: that is ours. */
export interface Claims {
  subject: string;
  email: string;
  emailVerified: boolean;
  name: string | null;
}

/** Answers null for no token; refuses (UNAUTHENTICATED) a token that is not accepted. */
export type Authenticate = (authorization: string | undefined) => Promise<Claims | null>;

/**
 * Makes the check of tokens. The algorithms are fixed by the settings, never taken from the token.
 * @see docs/domain.md U1
 */
export function createAuthenticate(settings: Settings, secret: string | undefined): Authenticate {
  const options = {
    issuer: settings.AUTH_ISSUER,
    audience: settings.AUTH_AUDIENCE,
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
  };
  const keys: JWTVerifyGetKey | undefined = settings.AUTH_JWKS_URL
    ? createRemoteJWKSet(new URL(settings.AUTH_JWKS_URL), { timeoutDuration: JWKS_TIMEOUT_MS })
    : undefined;
  const verify = async (token: string) => {
    if (keys) return (await jwtVerify(token, keys, { ...options, algorithms: ['ES256', 'RS256'] })).payload;
    return (await jwtVerify(token, new TextEncoder().encode(secret), { ...options, algorithms: ['HS256'] })).payload;
  };
  return async (authorization) => {
    if (authorization === undefined || authorization === '') return null;
    const token = /^Bearer ([\w.-]+)$/i.exec(authorization)?.[1];
    if (!token) throw unauthenticated('The Authorization header must be "Bearer <token>".');
    return claimsOf(await verify(token).catch(refuse), settings.AUTH_EMAILS_ARE_VERIFIED);
  };
}

function refuse(error: unknown): never {
  if (error instanceof errors.JWTExpired) throw unauthenticated('The token has expired: sign in again.');
  throw unauthenticated('The token is not accepted: its signature, issuer, audience or dates are wrong.');
}

function claimsOf(payload: JWTPayload, emailsAreVerified: boolean): Claims {
  const { sub, email, email_verified, app_metadata, user_metadata } = payload;
  if (!isText(sub) || !isText(email)) throw unauthenticated('The token must carry "sub" and "email".');
  const verified = emailsAreVerified || email_verified === true || property(app_metadata, 'email_verified') === true;
  const name = property(user_metadata, 'name');
  return { subject: sub, email, emailVerified: verified, name: typeof name === 'string' ? name : null };
}

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= TEXT_LIMIT;

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** Makes a token for local use, good for 30 days. */
export function signToken(
  secret: string,
  settings: Settings,
  claims: { subject: string; email: string; name?: string },
): Promise<string> {
  const jwt = new SignJWT({
    email: claims.email,
    email_verified: true,
    ...(claims.name ? { user_metadata: { name: claims.name } } : {}),
  })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(claims.subject)
    .setIssuedAt()
    .setExpirationTime('30 days');
  if (settings.AUTH_ISSUER) jwt.setIssuer(settings.AUTH_ISSUER);
  if (settings.AUTH_AUDIENCE) jwt.setAudience(settings.AUTH_AUDIENCE);
  return jwt.sign(new TextEncoder().encode(secret));
}
