import { ApolloProvider } from '@apollo/client/react';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { type ConsoleClient, createConsoleClient } from '../api/client.js';

const KEY = 'clipledger.token';

/** Why the last session ended: the sign-in page says so. */
export type SignedOutBecause = 'expired' | 'refused' | null;

interface Session {
  /** Null for a visitor. */
  token: string | null;
  signedOutBecause: SignedOutBecause;
  signIn(token: string): void;
  signOut(because?: SignedOutBecause): void;
}

const SessionContext = createContext<Session | null>(null);

/** Whose session it is, and how to end it. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession needs a SessionProvider around it.');
  return session;
}

/** When a token expires, in ms since 1970; null when it does not say so. The API checks it; this only warns in time. */
export function expiryOf(token: string): number | null {
  try {
    const payload = token.split('.')[1] ?? '';
    const { exp } = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as { exp?: unknown };
    return typeof exp === 'number' ? exp * 1000 : null;
  } catch {
    return null;
  }
}

const LONGEST_TIMER_MS = 2_147_483_647;

/** Keeps the token in memory and sessionStorage (never in an address), and one API client per session. */
export function SessionProvider({ children }: { children: ReactNode }) {
  const [token, setToken] = useState<string | null>(() => sessionStorage.getItem(KEY));
  const [signedOutBecause, setBecause] = useState<SignedOutBecause>(null);
  const clientRef = useRef<ConsoleClient | null>(null);

  const signOut = useCallback((because: SignedOutBecause = null) => {
    sessionStorage.removeItem(KEY);
    setBecause(because);
    setToken(null);
  }, []);
  const signIn = useCallback((given: string) => {
    sessionStorage.setItem(KEY, given);
    setBecause(null);
    setToken(given);
  }, []);

  const client = useMemo(() => {
    clientRef.current?.close();
    clientRef.current = createConsoleClient(token, () => signOut('refused'));
    return clientRef.current;
  }, [token, signOut]);

  useEffect(() => {
    const expiry = token === null ? null : expiryOf(token);
    if (expiry === null) return;
    const timer = setTimeout(() => signOut('expired'), Math.min(Math.max(expiry - Date.now(), 0), LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  }, [token, signOut]);

  const session = useMemo(
    () => ({ token, signedOutBecause, signIn, signOut }),
    [token, signedOutBecause, signIn, signOut],
  );
  return (
    <SessionContext value={session}>
      <ApolloProvider client={client.apollo}>{children}</ApolloProvider>
    </SessionContext>
  );
}
