/** How the console signs people in by OpenID Connect. */
export interface SignInSettings {
  issuer: string;
  clientId: string;
  scope: string;
  /** Asked for as audience and resource. */
  audience: string | null;
  /** Which of the two tokens the API is sent. */
  token: 'access' | 'id';
}

interface Given {
  AUTH_ISSUER?: string;
  AUTH_AUDIENCE?: string;
  AUTH_OIDC_ISSUER?: string;
  AUTH_OIDC_CLIENT_ID?: string;
  AUTH_OIDC_SCOPE: string;
  AUTH_OIDC_TOKEN: 'access' | 'id';
  AUTH_OIDC_AUDIENCE?: string;
}

/** Why the settings of OpenID Connect are refused, in one line that names the setting; undefined when they are complete. */
export function whySignInIncomplete({
  AUTH_OIDC_ISSUER,
  AUTH_OIDC_CLIENT_ID,
  AUTH_OIDC_SCOPE,
  AUTH_OIDC_TOKEN,
  AUTH_OIDC_AUDIENCE,
  AUTH_AUDIENCE,
}: Given): string | undefined {
  if (AUTH_OIDC_ISSUER && !AUTH_OIDC_CLIENT_ID)
    return 'AUTH_OIDC_CLIENT_ID is missing: with AUTH_OIDC_ISSUER it must be the id of the client that the provider knows the console by.';
  if (AUTH_OIDC_CLIENT_ID && !AUTH_OIDC_ISSUER)
    return 'AUTH_OIDC_ISSUER is missing: with AUTH_OIDC_CLIENT_ID it must be the address of the identity provider.';
  if (AUTH_OIDC_ISSUER && !AUTH_OIDC_SCOPE.split(' ').includes('openid'))
    return 'AUTH_OIDC_SCOPE is wrong: it must be scopes separated by spaces, with openid among them.';
  // An access token without an audience may have been made for any application of the same provider.
  if (AUTH_OIDC_ISSUER && AUTH_OIDC_TOKEN === 'access' && !AUTH_OIDC_AUDIENCE && !AUTH_AUDIENCE)
    return 'AUTH_OIDC_AUDIENCE is missing: with access tokens it must be the audience that the provider makes them for. Or set AUTH_OIDC_TOKEN=id.';
  return undefined;
}

/**
 * What follows from the settings of OpenID Connect: how the console signs in, and which issuer and audience the API
 * asks of a token where AUTH_ISSUER and AUTH_AUDIENCE do not say so. An id token is made for the client, an access
 * token for the audience.
 */
export function signInOf(given: Given) {
  const { AUTH_OIDC_ISSUER: issuer, AUTH_OIDC_CLIENT_ID: clientId, AUTH_OIDC_SCOPE: scope } = given;
  const { AUTH_OIDC_TOKEN: token, AUTH_OIDC_AUDIENCE, AUTH_ISSUER, AUTH_AUDIENCE } = given;
  if (!issuer || !clientId) return { signIn: null, AUTH_ISSUER, AUTH_AUDIENCE };
  const signIn: SignInSettings = { issuer, clientId, scope, audience: AUTH_OIDC_AUDIENCE ?? null, token };
  return {
    signIn,
    AUTH_ISSUER: AUTH_ISSUER ?? issuer,
    AUTH_AUDIENCE: AUTH_AUDIENCE ?? (token === 'id' ? clientId : AUTH_OIDC_AUDIENCE),
  };
}
