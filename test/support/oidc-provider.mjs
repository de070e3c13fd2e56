// A real OpenID provider on a free port of its own, for the tests of sign-in. It prints its issuer, and stops with its parent.
// Whoever types a name is signed in as that person. A message {"renewal": false} makes it give no refresh tokens.
import http from 'node:http';
import Provider from 'oidc-provider';

const AUDIENCE = 'https://clipledger.example.com/api';
const TOKEN_SECONDS = Number(process.argv[2]);
let renewal = true;
process.on('message', (message) => {
  renewal = message.renewal;
});
process.on('disconnect', () => process.exit(0));

let provider;
const server = http.createServer(async (request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  if (!pathname.startsWith('/interaction/')) return provider.callback()(request, response);
  if (request.method === 'GET') {
    response.setHeader('content-type', 'text/html');
    return response.end(`<!doctype html><html lang="en"><title>Provider</title><link rel="icon" href="data:,">
      <form method="post"><label>Name <input name="name"></label><button>Enter</button></form>`);
  }
  let body = '';
  for await (const part of request) body += part;
  const accountId = new URLSearchParams(body).get('name');
  return provider.interactionFinished(request, response, { login: { accountId } });
});

/** Everybody agrees to everything. */
async function agree(ctx) {
  const { client, session } = ctx.oidc;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope('openid email profile');
  grant.addResourceScope(AUDIENCE, 'openid email profile');
  await grant.save();
  return grant;
}

const claimsOf = (id) => ({ sub: id, email: `${id}@example.com`, email_verified: true, name: id });

server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'console',
        redirect_uris: ['http://127.0.0.1/sign-in/callback'],
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
      },
    ],
    pkce: { required: () => true },
    clientBasedCORS: () => true,
    cookies: { keys: ['a key for tests'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    findAccount: (_ctx, accountId) => ({ accountId, claims: async () => claimsOf(accountId) }),
    extraTokenClaims: (_ctx, token) => claimsOf(token.accountId),
    issueRefreshToken: () => renewal,
    loadExistingGrant: agree,
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    ttl: {
      AccessToken: TOKEN_SECONDS,
      IdToken: TOKEN_SECONDS,
      Session: 600,
      Grant: 600,
      Interaction: 600,
      RefreshToken: 600,
    },
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => AUDIENCE,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: 'openid email profile',
          audience: AUDIENCE,
          accessTokenTTL: TOKEN_SECONDS,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  });
  // The port of the console is known later.
  provider.Client.prototype.redirectUriAllowed = (uri) => new URL(uri).pathname === '/sign-in/callback';
  process.stdout.write(`${issuer}\n`);
});
