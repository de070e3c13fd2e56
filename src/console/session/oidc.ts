import { type User, UserManager, WebStorageStateStore } from 'oidc-client-ts';
import type { InstallationSettings } from '../app/settings.js';

export type SignInSettings = NonNullable<InstallationSettings['signIn']>;

/** Where the provider sends the browser back to. It must be among the client's redirect addresses at the provider. */
export const CALLBACK = '/sign-in/callback';

/** A session as the provider gives it. */
export interface Granted {
  token: string;
  /** The address that was asked for before the sign-in; null for none. */
  from: string | null;
}

/** Code flow with PKCE. What is kept (the state of a sign-in, the refresh token) is kept in sessionStorage. */
function managerOf({ issuer, clientId, scope, audience }: SignInSettings): UserManager {
  const store = () => new WebStorageStateStore({ store: sessionStorage });
  return new UserManager({
    authority: issuer,
    client_id: clientId,
    scope,
    redirect_uri: location.origin + CALLBACK,
    popup_redirect_uri: location.origin + CALLBACK,
    response_type: 'code',
    userStore: store(),
    stateStore: store(),
    automaticSilentRenew: false,
    monitorSession: false,
    ...(audience === null ? {} : { resource: audience, extraQueryParams: { audience } }),
  });
}

function granted(settings: SignInSettings, user: User): Granted {
  const token = settings.token === 'id' ? user.id_token : user.access_token;
  if (!token) throw new Error('The identity provider gave no token of the kind that is asked for (AUTH_OIDC_TOKEN).');
  const { from } = (user.state ?? {}) as { from?: string };
  return { token, from: from ?? null };
}

/** Leaves for the provider, which sends the browser back to the callback address. */
export const leaveToSignIn = (settings: SignInSettings, from: string | null): Promise<void> =>
  managerOf(settings).signinRedirect({ state: { from } });

/** Signs in in a window of its own: the page stays as it is. */
export const signInBeside = async (settings: SignInSettings): Promise<string> =>
  granted(settings, await managerOf(settings).signinPopup()).token;

/**
 * Ends a sign-in at the callback address.
 * @returns null in the window of signInBeside, which closes
 */
export async function finishSignIn(settings: SignInSettings): Promise<Granted | null> {
  const manager = managerOf(settings);
  if (window.opener) {
    await manager.signinPopupCallback();
    return null;
  }
  return granted(settings, await manager.signinRedirectCallback());
}

/** A new token for the refresh token; null where the provider gave none. */
export async function renew(settings: SignInSettings): Promise<string | null> {
  const manager = managerOf(settings);
  const before = await manager.getUser();
  if (!before?.refresh_token) return null;
  const after = await manager.signinSilent();
  return after && granted(settings, after).token;
}
