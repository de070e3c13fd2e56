import { z } from 'zod';
import { whyUnsafeInProduction } from './production-settings.js';
import {
  ANY_ORIGIN,
  accounts,
  actor,
  encryptionKey,
  encryptionKeys,
  flag,
  funnel,
  httpUrl,
  integer,
  KEY_FORM,
  list,
  money,
  origins,
  url,
  wholeNumber,
} from './setting-kinds.js';
import { type SignInSettings, signInOf, whySignInIncomplete } from './sign-in-settings.js';

/** A setting is missing or wrong: one line that names it and says what is accepted. Stops the start. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const environmentSchema = z.object({
  NODE_ENV: z
    .enum(['development', 'production', 'test'], { message: 'development, production or test' })
    .default('development'),
  PORT: integer(0, 65_535, 4_000),
  HOST: z.string().optional(),
  DATABASE_URL: url(['postgres:', 'postgresql:'], 'a PostgreSQL address such as postgresql://user:password@host/name'),
  DATABASE_POOL_SIZE: integer(10, 200, 15),
  MIGRATE_AT_START: flag,
  DATA_DIR: z.string().default('.data'),
  DEMO_DATA: flag,
  AUTH_JWT_SECRET: z.string().min(32, { message: 'a secret of at least 32 characters' }).optional(),
  AUTH_JWKS_URL: httpUrl,
  AUTH_ISSUER: z.string().optional(),
  AUTH_AUDIENCE: z.string().optional(),
  AUTH_OIDC_ISSUER: httpUrl,
  AUTH_OIDC_CLIENT_ID: z.string().optional(),
  AUTH_OIDC_SCOPE: z.string().default('openid email profile'),
  AUTH_OIDC_TOKEN: z.enum(['access', 'id'], { message: 'access or id' }).default('access'),
  AUTH_OIDC_AUDIENCE: z.string().optional(),
  AUTH_EMAILS_ARE_VERIFIED: flag,
  ADMIN_EMAILS: list,
  APIFY_API_KEY: z.string().optional(),
  APIFY_BASE_URL: httpUrl,
  APIFY_ACTOR_TIKTOK: actor('clockworks/tiktok-scraper'),
  APIFY_ACTOR_YOUTUBE: actor('streamers/youtube-scraper'),
  APIFY_ACTOR_INSTAGRAM: actor('apify/instagram-scraper'),
  APIFY_MAX_COST_PER_RUN: money('0.50'),
  APIFY_START_TIMEOUT_MS: integer(200, 120_000, 30_000),
  APIFY_RUNS_PER_MINUTE: integer(1, 24_000, 60),
  APIFY_MONTHLY_READINGS: z
    .string()
    .regex(/^[1-9]\d{0,11}$/, { message: 'a whole number from 1, or nothing for no limit' })
    .transform((text) => BigInt(text))
    .optional(),
  CRON_SECRET: z.string().min(16, { message: 'a secret of at least 16 characters' }).optional(),
  METRICS_TOKEN: z.string().min(16, { message: 'a secret of at least 16 characters' }).optional(),
  TRACKING_SCHEDULE: z.string().default('0 */4 * * *'),
  TRACKING_RUN_MAX_MINUTES: integer(1, 1_440, 60),
  TRACKING_MAX_CLIPS_PER_RUN: integer(1, 1_000_000, 100),
  TRACKING_BATCH_SIZE: integer(1, 1_000, 10),
  TRACKING_BATCH_PAUSE_MS: integer(0, 600_000, 2_000),
  TRACKING_RETRY_DELAY_MS: integer(0, 60_000, 1_000),
  TRACKING_MAX_FAILURES: integer(1, 1_000, 6),
  TRACKING_SUSPECT_FACTOR: integer(2, 1_000_000_000, 50),
  SUBMISSIONS_PER_DAY: integer(1, 1_000_000, 50),
  CURRENCY: z
    .string()
    .regex(/^[A-Z]{3}$/, { message: 'a currency code of three capitals, such as USD' })
    .default('USD'),
  PAYOUT_MINIMUM: money('20.00'),
  PAYOUT_HOLD_DAYS: integer(0, 90, 0),
  PAYOUT_SCHEDULE: z.string().default('0 9 * * *'),
  META_ACCESS_TOKEN: z.string().optional(),
  META_APP_SECRET: z.string().optional(),
  META_AD_ACCOUNT_IDS: accounts,
  META_BASE_URL: httpUrl,
  META_API_VERSION: z
    .string()
    .regex(/^v\d{1,3}\.\d$/, { message: 'a version such as v25.0' })
    .default('v25.0'),
  META_FUNNEL: funnel,
  META_SCHEDULE: z.string().default('15 */6 * * *'),
  CONSISTENCY_SCHEDULE: z.string().default('30 3 * * *'),
  DATA_ENCRYPTION_KEY: encryptionKey,
  DATA_ENCRYPTION_OLD_KEYS: encryptionKeys,
  RATE_LIMIT_PER_MINUTE: integer(10, 1_000_000_000, 600),
  TRUSTED_PROXY_HOPS: integer(0, 10, 0),
  CORS_ORIGINS: origins,
  DRAIN_SECONDS: wholeNumber(0, 600).optional(),
  BUILD: z.string().max(100, { message: 'a text of at most 100 characters' }).optional(),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      message: 'fatal, error, warn, info, debug, trace or silent',
    })
    .default('info'),
  PERSISTED_OPERATIONS_ONLY: flag,
  PLAYGROUND: flag,
  CONSOLE: flag,
});

/** Enough for a balancer that asks /readyz every other second. */
const DRAIN_SECONDS = 5;

/** The names of all settings. */
export const environmentNames: readonly string[] = Object.keys(environmentSchema.shape);

type Environment = z.infer<typeof environmentSchema>;

/** Every setting, checked. @see docs/domain.md for what those of tracking and money decide. */
export interface Settings
  extends Omit<
    Environment,
    | 'HOST'
    | 'DEMO_DATA'
    | 'PERSISTED_OPERATIONS_ONLY'
    | 'PLAYGROUND'
    | 'CONSOLE'
    | 'AUTH_EMAILS_ARE_VERIFIED'
    | 'MIGRATE_AT_START'
    | 'DRAIN_SECONDS'
  > {
  /** Bring the schema up to date before serving; else pending migrations stop the start. */
  MIGRATE_AT_START: boolean;
  HOST: string;
  /** Put sample data into an empty database. */
  DEMO_DATA: boolean;
  /** Serve the console at /. */
  CONSOLE: boolean;
  /** Accept the operations of our clients alone, of everyone but admins. */
  PERSISTED_OPERATIONS_ONLY: boolean;
  /** Serve the page at GET /graphql. */
  PLAYGROUND: boolean;
  /** Whether the token's e-mail may be trusted without its email_verified mark. */
  AUTH_EMAILS_ARE_VERIFIED: boolean;
  /** For so long after it is told to stop, an instance says "not ready" and still serves. */
  DRAIN_SECONDS: number;
  /** Sign-in of the console by OpenID Connect; null without AUTH_OIDC_ISSUER. */
  signIn: SignInSettings | null;
  /** No DATABASE_URL: the product brings its own PostgreSQL. */
  embedded: boolean;
}

/**
 * Reads and checks the environment once, at the start. An empty variable counts as absent.
 * @throws ConfigError one line that names the setting and says what is accepted
 */
export function readSettings(environment: Record<string, string | undefined>): Settings {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== '' && value !== undefined),
  );
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new ConfigError(`${String(issue?.path[0])} is wrong: it must be ${issue?.message}.`);
  }
  const incomplete = whySignInIncomplete(parsed.data);
  if (incomplete) throw new ConfigError(incomplete);
  const values = { ...parsed.data, ...signInOf(parsed.data) };
  const production = values.NODE_ENV === 'production';
  const embedded = values.DATABASE_URL === undefined;
  if (production) requireForProduction(values);
  if (values.DATA_ENCRYPTION_OLD_KEYS.length > 0 && !values.DATA_ENCRYPTION_KEY)
    throw new ConfigError(
      `DATA_ENCRYPTION_KEY is missing: with DATA_ENCRYPTION_OLD_KEYS it must be the new key, ${KEY_FORM}.`,
    );
  if (values.META_ACCESS_TOKEN && values.META_AD_ACCOUNT_IDS.length === 0)
    throw new ConfigError('META_AD_ACCOUNT_IDS is missing: with META_ACCESS_TOKEN it must name the ad accounts.');
  if (!embedded && !values.AUTH_JWT_SECRET && !values.AUTH_JWKS_URL && !values.signIn) {
    throw new ConfigError(
      'AUTH_JWT_SECRET, AUTH_JWKS_URL or AUTH_OIDC_ISSUER is missing: with DATABASE_URL set, one of them must say whose tokens are accepted.',
    );
  }
  return {
    ...values,
    HOST: values.HOST ?? (production ? '0.0.0.0' : '127.0.0.1'),
    MIGRATE_AT_START: values.MIGRATE_AT_START ?? true,
    DEMO_DATA: values.DEMO_DATA ?? embedded,
    PERSISTED_OPERATIONS_ONLY: values.PERSISTED_OPERATIONS_ONLY ?? false,
    PLAYGROUND: values.PLAYGROUND ?? !production,
    CONSOLE: values.CONSOLE ?? true,
    AUTH_EMAILS_ARE_VERIFIED:
      values.AUTH_EMAILS_ARE_VERIFIED ?? (embedded && !values.AUTH_OIDC_ISSUER && !values.AUTH_JWKS_URL),
    DRAIN_SECONDS: values.DRAIN_SECONDS ?? (production ? DRAIN_SECONDS : 0),
    embedded,
  };
}

function requireForProduction(values: Environment): void {
  if (!values.DATABASE_URL)
    throw new ConfigError('DATABASE_URL is missing: with NODE_ENV=production it must name a PostgreSQL database.');
  if (!values.APIFY_API_KEY)
    throw new ConfigError('APIFY_API_KEY is missing: with NODE_ENV=production it must be a key of the Apify account.');
  if (!values.DATA_ENCRYPTION_KEY)
    throw new ConfigError(
      'DATA_ENCRYPTION_KEY is missing: with NODE_ENV=production it must be 32 random bytes in base64 or hex, as made by: openssl rand -base64 32',
    );
  if (values.CORS_ORIGINS.includes(ANY_ORIGIN))
    throw new ConfigError('CORS_ORIGINS is wrong: with NODE_ENV=production it must name the origins; * is refused.');
  if (values.DEMO_DATA) throw new ConfigError('DEMO_DATA is wrong: with NODE_ENV=production it must be false.');
  const unsafe = whyUnsafeInProduction(values);
  if (unsafe) throw new ConfigError(unsafe);
}
