import { createServer } from 'node:net';

/** The server cannot listen where the settings say: one line that names PORT or HOST. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/**
 * Makes sure that the server can listen, before any work is done. Port 0 means any free one.
 * @throws ListenError
 */
export function requireFreePort(port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => reject(describeListenError(error, port, host)));
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
}

/** Why a server could not listen, by the setting that would help; another error as it is. */
export function describeListenError(error: unknown, port: number, host: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return new ListenError(`Port ${port} on ${host} is taken: stop what uses it, or choose another with PORT.`);
  if (code === 'EACCES') return new ListenError(`Port ${port} needs more rights: choose one from 1024 with PORT.`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return new ListenError(`HOST ${host} is no address of this machine: choose 127.0.0.1, 0.0.0.0 or one that is.`);
  return error;
}
