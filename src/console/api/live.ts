import { useSyncExternalStore } from 'react';

/** Whether the WebSocket is connected: null while it is not needed. */
type Live = boolean | null;

let live: Live = null;
const listeners = new Set<() => void>();

export function setLive(value: Live): void {
  live = value;
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Whether news arrives by itself at the moment. */
export const useLive = (): Live => useSyncExternalStore(subscribe, () => live);
