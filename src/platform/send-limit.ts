import { AsyncLocalStorage } from 'node:async_hooks';
import type { Agent, ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import type { ApifyClient } from 'apify-client';

/** A request that was not sent in time, and so was not sent at all. */
export class TooLateToSend extends Error {
  static readonly CODE = 'ETOOLATE';
  override readonly name = 'TooLateToSend';
  readonly code = TooLateToSend.CODE;
}

const limits = new AsyncLocalStorage<number>();

/** Does `work`, whose guarded requests leave within `ms` or never. */
export function sendWithin<T>(ms: number, work: () => Promise<T>): Promise<T> {
  return limits.run(performance.now() + ms, work);
}

/** What the client keeps to itself: its agent exists once `ensureNodeInit` is done, which each request waits for. */
interface ClientInternals {
  httpClient: { ensureNodeInit(): Promise<void>; httpAgent: Agent };
}

/**
 * Looks at the clock right before the bytes of a request are written. A process can be frozen at any point between the
 * decision to start a run and its request; when it wakes, another instance may have started that run.
 * @see sendWithin
 */
export function guardSending(client: ApifyClient): void {
  const { httpClient } = client as unknown as ClientInternals;
  void httpClient.ensureNodeInit().then(() => guardAgent(httpClient.httpAgent));
}

function guardAgent(agent: Agent): void {
  const guarded = agent as unknown as { addRequest: (request: ClientRequest, ...rest: unknown[]) => void };
  const add = guarded.addRequest.bind(agent);
  guarded.addRequest = (request, ...rest) => {
    const until = limits.getStore() ?? Number.POSITIVE_INFINITY;
    request.prependOnceListener('socket', (socket: Socket & { encrypted?: boolean; secureConnecting?: boolean }) => {
      const check = () => {
        if (performance.now() > until) request.destroy(new TooLateToSend('the request was not sent in time'));
      };
      if (!socket.connecting && !socket.secureConnecting) check();
      else socket.prependOnceListener(socket.encrypted ? 'secureConnect' : 'connect', check);
    });
    add(request, ...rest);
  };
}
