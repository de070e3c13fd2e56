import { useEffect } from 'react';
import { useSettings } from '../app/settings.js';
import { useSession } from './session.js';
import { expiryOf } from './token.js';

const BEFORE_EXPIRY_MS = 60_000;
const LONGEST_TIMER_MS = 2_147_483_647;

/** Gets a new token before the old one expires, where the identity provider gave a refresh token. */
export function Renewal() {
  const { signIn: settings } = useSettings();
  const { token, signIn } = useSession();
  useEffect(() => {
    const expiry = token === null ? null : expiryOf(token);
    if (!settings || expiry === null) return;
    const left = expiry - Date.now();
    // Of a token that lives for minutes, a half is left.
    const wait = Math.max(left - BEFORE_EXPIRY_MS, left / 2, 0);
    const timer = setTimeout(
      () => {
        import('./oidc.js')
          .then(({ renew }) => renew(settings))
          .then((renewed) => renewed && signIn(renewed))
          // Nothing is lost: the page asks to sign in again when the token has expired.
          .catch(() => undefined);
      },
      Math.min(wait, LONGEST_TIMER_MS),
    );
    return () => clearTimeout(timer);
  }, [settings, token, signIn]);
  return null;
}
