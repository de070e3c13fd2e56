import { isWeakSecret } from './security/secret-strength.js';

/** What of the settings must be safe in production. */
export interface GuardedSettings {
  AUTH_JWT_SECRET?: string;
  AUTH_JWKS_URL?: string;
  AUTH_OIDC_ISSUER?: string;
  AUTH_ISSUER?: string;
  AUTH_AUDIENCE?: string;
  CRON_SECRET?: string;
  METRICS_TOKEN?: string;
  DATA_ENCRYPTION_KEY?: Buffer;
}

const SECRETS = ['AUTH_JWT_SECRET', 'CRON_SECRET', 'METRICS_TOKEN'] as const;

/**
 * Why settings are refused with NODE_ENV=production, in one line that names the setting; undefined when they are safe.
 * A provider's keys come by https and belong to one issuer and one audience: otherwise whoever stands in between, or
 * another application of the same provider, signs people in here.
 */
export function whyUnsafeInProduction(settings: GuardedSettings): string | undefined {
  for (const from of ['AUTH_JWKS_URL', 'AUTH_OIDC_ISSUER'] as const) {
    const address = settings[from];
    if (address === undefined) continue;
    if (new URL(address).protocol !== 'https:')
      return `${from} is wrong: with NODE_ENV=production it must be an https address.`;
    for (const name of ['AUTH_ISSUER', 'AUTH_AUDIENCE'] as const) {
      if (!settings[name])
        return `${name} is missing: with ${from} and NODE_ENV=production it must be what the provider puts into its tokens.`;
    }
  }
  for (const name of SECRETS) {
    const secret = settings[name];
    if (secret && isWeakSecret(secret))
      return `${name} is wrong: with NODE_ENV=production it must be random, as made by: openssl rand -hex 32.`;
  }
  if (settings.DATA_ENCRYPTION_KEY && isWeakSecret(settings.DATA_ENCRYPTION_KEY.toString('latin1')))
    return 'DATA_ENCRYPTION_KEY is wrong: with NODE_ENV=production it must be random, as made by: openssl rand -base64 32.';
  return undefined;
}
