import { WebSocket } from 'ws';

/** A message of graphql-ws. */
export interface Message {
  type: string;
  id?: string;
  payload?: { message: string; extensions: { code: string } }[];
}

/** A socket below any client library. */
export class RawSocket {
  readonly messages: Message[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #socket: WebSocket;
  #heard: () => void = () => undefined;

  private constructor(address: string) {
    this.#socket = new WebSocket(`${address.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    this.#socket.on('message', (data) => {
      this.messages.push(JSON.parse(String(data)) as Message);
      this.#heard();
    });
    this.#socket.on('error', () => undefined);
    this.closed = new Promise((resolve) =>
      this.#socket.once('close', (code, reason) => resolve({ code, reason: String(reason) })),
    );
  }

  static async open(address: string): Promise<RawSocket> {
    const made = new RawSocket(address);
    await new Promise((resolve, reject) => made.#socket.once('open', resolve).once('error', reject));
    return made;
  }

  /** A socket that has signed in. */
  static async signedIn(address: string, token: string): Promise<RawSocket> {
    const socket = await RawSocket.open(address);
    socket.send({ type: 'connection_init', payload: { Authorization: `Bearer ${token}` } });
    await socket.hear((messages) => messages.some(({ type }) => type === 'connection_ack'));
    return socket;
  }

  send(message: object | string): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    this.#socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Bytes past the protocol. */
  write(bytes: Buffer): void {
    (this.#socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(bytes);
  }

  /** Waits until what was heard is enough. */
  async hear(enough: (messages: Message[]) => boolean): Promise<void> {
    while (!enough(this.messages))
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
  }

  close(): void {
    this.#socket.terminate();
  }
}

/** The message that asks for a subscription. */
export const subscribe = (id: number, query = 'subscription { notificationAdded { id } }', variables = {}) => ({
  id: String(id),
  type: 'subscribe',
  payload: { query, variables },
});
/** The codes of the operations that were refused, in order. */
export const codesOf = (messages: Message[]) =>
  messages.flatMap(({ type, payload }) => (type === 'error' ? [payload?.[0]?.extensions.code] : []));
