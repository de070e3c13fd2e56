import { ApolloProvider } from '@apollo/client/react';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { type ConsoleClient, createConsoleClient } from '../api/client.js';
import { expiryOf, isSamePerson } from './token.js';

const KEY = 'clipledger.token';

/** Why a session ended without being asked to. */
export type Ended = 'expired' | 'refused' | null;

interface Session {
  /** Null for a visitor. */
  token: string | null;
  /** Set while the page waits for its reader to sign in again. */
  ended: Ended;
  /** Set where a token that was kept from before is not accepted any more. */
  refused: boolean;
  /** A token of the same person goes on with the session; another one begins anew. */
  signIn(token: string): void;
  signOut(): void;
}

const SessionContext = createContext<Session | null>(null);

/** Whose session it is, and how to end it. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession needs a SessionProvider around it.');
  return session;
}

/** With what the identity provider gave, such as a refresh token. */
function forgetTokens(): void {
  for (const name of Object.keys(sessionStorage))
    if (name === KEY || name.startsWith('oidc.')) sessionStorage.removeItem(name);
}

const LONGEST_TIMER_MS = 2_147_483_647;

/**
 * Keeps the token in memory and sessionStorage (never in an address), and one API client per person. When a session ends under
 * an open page, the page stays with what was typed into it, and goes on once the same person has signed in again.
 */
export function SessionProvider({ children }: { children: ReactNode }) {
  const [token, setToken] = useState<string | null>(() => sessionStorage.getItem(KEY));
  const [ended, setEnded] = useState<Ended>(null);
  const [refused, setRefused] = useState(false);
  const current = useRef({ token, client: null as ConsoleClient | null });
  const [person, setPerson] = useState(0);

  const keep = useCallback((next: string | null) => {
    if (next === null) forgetTokens();
    else sessionStorage.setItem(KEY, next);
    current.current.token = next;
    setToken(next);
    setEnded(null);
  }, []);
  const signOut = useCallback(() => {
    keep(null);
    setRefused(false);
    setPerson((before) => before + 1);
  }, [keep]);
  const signIn = useCallback(
    (given: string) => {
      const before = current.current.token;
      keep(given);
      setRefused(false);
      if (before !== null && isSamePerson(before, given)) current.current.client?.goOn();
      else setPerson((count) => count + 1);
    },
    [keep],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: another person gets another client
  const client = useMemo(() => {
    current.current.client?.close();
    const made = createConsoleClient({
      tokenOf: () => current.current.token,
      onRefused: (wasAccepted) => {
        if (wasAccepted) return setEnded((before) => before ?? 'refused');
        signOut();
        setRefused(true);
      },
    });
    current.current.client = made;
    return made;
  }, [person, signOut]);

  useEffect(() => {
    const expiry = token === null ? null : expiryOf(token);
    if (expiry === null) return;
    const left = Math.min(Math.max(expiry - Date.now(), 0), LONGEST_TIMER_MS);
    const timer = setTimeout(() => setEnded('expired'), left);
    return () => clearTimeout(timer);
  }, [token]);

  const session = useMemo(() => ({ token, ended, refused, signIn, signOut }), [token, ended, refused, signIn, signOut]);
  return (
    <SessionContext value={session}>
      <ApolloProvider client={client.apollo}>{children}</ApolloProvider>
    </SessionContext>
  );
}
