import { createContext, useContext } from 'react';
import type { ShellQuery } from '../../../schema/generated/graphql.js';

/** What the console knows of this installation. */
export type InstallationSettings = ShellQuery['settings'];

export const SettingsContext = createContext<InstallationSettings | null>(null);

export function useSettings(): InstallationSettings {
  const settings = useContext(SettingsContext);
  if (!settings) throw new Error('useSettings needs the shell around it.');
  return settings;
}

/** Who is signed in; null for a visitor. */
export type Me = NonNullable<ShellQuery['me']>;

export const MeContext = createContext<Me | null>(null);

export const useMe = (): Me | null => useContext(MeContext);
