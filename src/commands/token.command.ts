import { ConfigError, readSettings } from '../infra/config.js';
import { tokenSecret } from '../infra/security/local-secret.js';
import { signToken } from '../infra/security/token.js';
import { defineCommand, UsageError } from './command-line.js';
import { print } from './with-database.js';

/** Enough to tell a slip from an address; whoever signs in for real is checked by the identity provider. */
const EMAIL = /^[^\s@]+@[^\s@]+$/;

export const tokenCommand = defineCommand({
  name: 'token',
  summary: 'Prints a token for local use, good for 30 days. Not in production, and not with a JWKS.',
  options: {
    email: { type: 'string', value: 'EMAIL', help: 'The e-mail address of the user. Needed.' },
    name: { type: 'string', value: 'NAME', help: 'The name of a user who is new.' },
    subject: { type: 'string', value: 'TEXT', help: 'Who the user is ("sub"); "local:" and the e-mail unless given.' },
  },
  async run({ email, name, subject }) {
    if (email === undefined) throw new UsageError('--email is missing: npm run token -- --email you@example.com');
    if (!EMAIL.test(email))
      throw new UsageError(`--email is wrong: "${email}" must be an e-mail address such as you@example.com.`);
    const settings = readSettings(process.env);
    if (settings.NODE_ENV === 'production')
      throw new ConfigError('Tokens are not made here in production: sign in at the identity provider.');
    const secret = tokenSecret(settings);
    if (!secret) throw new ConfigError('AUTH_JWT_SECRET is missing: tokens can only be made with a shared secret.');
    print(await signToken(secret, settings, { subject: subject ?? `local:${email}`, email, name }));
  },
});
