import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
  SignJWT,
} from 'jose';
import { LRUCache } from 'lru-cache';
import { addMs, type Clock, DAY_MS } from '../../shared/clock.js';
import { unauthenticated, upstreamUnavailable } from '../../shared/errors.js';
import type { Settings } from '../config.js';
import type { IdentityProvider } from './identity-provider.js';

const CLOCK_TOLERANCE_SECONDS = 30;
const JWKS_TIMEOUT_MS = 5_000;
/** Between two times that keys are asked for: tokens with made-up key ids must not make us flood the provider. */
const JWKS_COOLDOWN_MS = 30_000;
const JWKS_KEPT_MS = 3_600_000;
const TEXT_LIMIT = 320;
/**
 * A signature that was right stays right; for a minute it is not looked at again. Whether the user is let in always is.
 */
const REMEMBERED_MS = 60_000;
const REMEMBERED_LIMIT = 10_000;

/** What a verified token says about its bearer. It says nothing about their role: that is ours. */
export interface Claims {
  subject: string;
  email: string;
  emailVerified: boolean;
  name: string | null;
}

/** What a verified token says, and how long it is accepted. */
export interface VerifiedToken extends Claims {
  /** In milliseconds since 1970: the token's expiry and the tolerance for wrong clocks. */
  expiresAt: number;
}

/** Answers null for no token; refuses (UNAUTHENTICATED) one that is not accepted; UPSTREAM_UNAVAILABLE without keys. */
export type Authenticate = (authorization: string | undefined) => Promise<VerifiedToken | null>;

/**
 * Makes the check of tokens. The algorithms are fixed by the settings, never taken from the token. A provider's keys,
 * whether their address is set or follows from its discovery document, go before a secret.
 * @param clock by which tokens expire: the database's, so that all instances agree
 * @see docs/domain.md U1
 */
export function createAuthenticate(
  settings: Settings,
  secret: string | undefined,
  clock: Clock,
  provider: IdentityProvider | null = null,
): Authenticate {
  const options = {
    issuer: settings.AUTH_ISSUER,
    audience: settings.AUTH_AUDIENCE,
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    requiredClaims: ['exp', 'sub'],
  };
  const keys = settings.AUTH_JWKS_URL
    ? remoteKeys(new URL(settings.AUTH_JWKS_URL))
    : provider && providerKeys(provider);
  const verify = async (token: string) => {
    const now = { ...options, currentDate: clock.now() };
    if (keys) return (await jwtVerify(token, keys, { ...now, algorithms: ['ES256', 'RS256'] })).payload;
    return (await jwtVerify(token, new TextEncoder().encode(secret), { ...now, algorithms: ['HS256'] })).payload;
  };
  const verified = new LRUCache<string, { claims: VerifiedToken; until: number }>({ max: REMEMBERED_LIMIT });
  return async (authorization) => {
    if (authorization === undefined || authorization === '') return null;
    const token = /^Bearer ([\w.-]+)$/i.exec(authorization)?.[1];
    if (!token) throw unauthenticated('The Authorization header must be "Bearer <token>".');
    const now = performance.now();
    const known = verified.get(token);
    if (known && now < known.until) return known.claims;
    const payload = await verify(token).catch(refuse);
    const claims = claimsOf(payload, settings.AUTH_EMAILS_ARE_VERIFIED);
    const leftMs = (payload.exp ?? 0) * 1_000 - clock.now().getTime();
    if (leftMs > 0) verified.set(token, { claims, until: now + (leftMs < REMEMBERED_MS ? leftMs : REMEMBERED_MS) });
    return claims;
  };
}

/**
 * The identity provider's keys: cached, asked for again when a token names one that is not known (a rotation), and kept
 * for an hour when the provider cannot be reached.
 */
function remoteKeys(url: URL): JWTVerifyGetKey {
  const remote = createRemoteJWKSet(url, { timeoutDuration: JWKS_TIMEOUT_MS, cooldownDuration: JWKS_COOLDOWN_MS });
  let kept: { keys: JSONWebKeySet; at: number } | undefined;
  return async (header, token) => {
    try {
      const key = await remote(header, token);
      const keys = remote.jwks();
      if (keys) kept = { keys, at: performance.now() };
      return key;
    } catch (error) {
      if (isRefusal(error) || !kept || performance.now() - kept.at > JWKS_KEPT_MS) throw error;
      return createLocalJWKSet(kept.keys)(header, token);
    }
  };
}

/** The keys at the address in the discovery document. */
function providerKeys(provider: IdentityProvider): JWTVerifyGetKey {
  let known: { address: string; keys: JWTVerifyGetKey } | undefined;
  return async (header, token) => {
    const { jwks_uri: address } = await provider.document();
    if (known?.address !== address) known = { address, keys: remoteKeys(new URL(address)) };
    return known.keys(header, token);
  };
}

/** Whether it is the token that is wrong, and not the way to the keys. */
const isRefusal = (error: unknown) =>
  error instanceof errors.JWTExpired ||
  error instanceof errors.JWTClaimValidationFailed ||
  error instanceof errors.JWTInvalid ||
  error instanceof errors.JWSInvalid ||
  error instanceof errors.JWSSignatureVerificationFailed ||
  error instanceof errors.JOSEAlgNotAllowed ||
  error instanceof errors.JOSENotSupported ||
  error instanceof errors.JWKSNoMatchingKey ||
  error instanceof errors.JWKSMultipleMatchingKeys;

function refuse(error: unknown): never {
  if (!isRefusal(error)) throw upstreamUnavailable("The identity provider's keys cannot be read: try again later.");
  if (error instanceof errors.JWTExpired) throw unauthenticated('The token has expired: sign in again.');
  throw unauthenticated('The token is not accepted: its signature, issuer, audience or dates are wrong.');
}

function claimsOf(payload: JWTPayload, emailsAreVerified: boolean): VerifiedToken {
  const { sub, email, email_verified, exp = 0, app_metadata, user_metadata } = payload;
  if (!isText(sub) || !isText(email))
    throw unauthenticated(
      `The token must carry "sub" and "email" with 1 to ${TEXT_LIMIT} characters, none of them a control character.`,
    );
  const verified = emailsAreVerified || email_verified === true || property(app_metadata, 'email_verified') === true;
  const name = property(user_metadata, 'name') ?? payload.name;
  const expiresAt = (exp + CLOCK_TOLERANCE_SECONDS) * 1_000;
  return { subject: sub, email, emailVerified: verified, name: typeof name === 'string' ? name : null, expiresAt };
}

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= TEXT_LIMIT && !UNPRINTABLE.test(value);

/** Control characters (the database holds no NUL) and halves of characters. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** Makes a token for local use, good for 30 days from an instant on. */
export function signToken(
  secret: string,
  settings: Settings,
  claims: { subject: string; email: string; name?: string },
  from = new Date(),
): Promise<string> {
  const jwt = new SignJWT({
    email: claims.email,
    email_verified: true,
    ...(claims.name ? { user_metadata: { name: claims.name } } : {}),
  })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(claims.subject)
    .setIssuedAt(from)
    .setExpirationTime(addMs(from, 30 * DAY_MS));
  if (settings.AUTH_ISSUER) jwt.setIssuer(settings.AUTH_ISSUER);
  if (settings.AUTH_AUDIENCE) jwt.setAudience(settings.AUTH_AUDIENCE);
  return jwt.sign(new TextEncoder().encode(secret));
}
