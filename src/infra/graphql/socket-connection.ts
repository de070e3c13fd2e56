import { CloseCode, type Server } from 'graphql-ws';
import type { RawData, WebSocket } from 'ws';
import type { Logger } from '../observability/logger.js';
import { TokenBucket } from '../security/token-bucket.js';

/** What one socket may send: messages at once, and per second after that. */
const MESSAGES_AT_ONCE = 60;
const MESSAGES_PER_SECOND = 20;
/** A large message counts as several. */
const BYTES_PER_MESSAGE = 4_000;
/** Refused operations of one socket at once, and per second after that; one more closes it. */
const REFUSALS_AT_ONCE = 10;
const REFUSALS_PER_SECOND = 10 / 60;
const PING_MS = 12_000;
/** Between our close frame and the end of a socket that goes on sending. */
const CLOSE_GRACE_MS = 1_000;
/** A client should not connect again by itself after this. */
const TOO_MANY = CloseCode.TooManyInitialisationRequests;
/** What graphql-ws says of a message that only servers send. */
const UNEXPECTED_MESSAGE = /^Unexpected message of type/;

/** One socket, who signed in on it, and what it may still send. */
export class SocketConnection {
  /** Empty until the viewer is signed in. */
  viewerId = '';
  /** When its token stops being accepted, in milliseconds since 1970. */
  expiresAt = Number.POSITIVE_INFINITY;
  readonly #messages = new TokenBucket(MESSAGES_AT_ONCE, MESSAGES_PER_SECOND);
  readonly #refusals = new TokenBucket(REFUSALS_AT_ONCE, REFUSALS_PER_SECOND);
  #closing = false;

  constructor(
    private readonly socket: WebSocket,
    private readonly log: Logger,
  ) {}

  close(code?: number, reason?: string): void {
    this.socket.close(code, reason);
    setTimeout(() => this.socket.terminate(), CLOSE_GRACE_MS).unref();
  }

  /** Counts a refused operation; too many close the socket, once the reasons of those before have been sent. */
  noteRefusal(): void {
    if (this.#closing || this.#refusals.take()) return;
    this.#closing = true;
    setImmediate(() => this.close(TOO_MANY, 'Too many refused operations'));
  }

  /** Lets graphql-ws speak on the socket, within its limits, until it closes. */
  serve(server: Server<SocketConnection>): void {
    const { socket } = this;
    // ws closes the socket by itself after a malformed frame; without a listener the process would end.
    socket.on('error', (error) => {
      const { code } = error as { code?: string };
      this.log.info({ code, userId: this.viewerId || null }, 'a socket failed');
    });
    const stopPinging = keepAlive(socket);
    const closed = server.opened(
      {
        protocol: socket.protocol,
        send: (data) =>
          new Promise((resolve, reject) => {
            if (socket.readyState !== socket.OPEN) return resolve();
            socket.send(data, (error) => (error ? reject(error) : resolve()));
          }),
        close: (code, reason) => this.close(code, reason),
        onMessage: (handle) => socket.on('message', (data) => void this.#receive(data, handle)),
      },
      this,
    );
    socket.once('close', (code, reason) => {
      stopPinging();
      closed(code, String(reason)).catch((error: unknown) => this.log.warn({ err: error }, 'closing a socket failed'));
    });
  }

  async #receive(data: RawData, handle: (message: string) => Promise<void>): Promise<void> {
    if (this.#closing || this.socket.readyState !== this.socket.OPEN) return;
    const bytes = (data as Buffer).byteLength;
    if (!this.#messages.take(1 + Math.trunc(bytes / BYTES_PER_MESSAGE)))
      return this.close(TOO_MANY, 'Too many messages');
    try {
      await handle(String(data));
    } catch (error) {
      if (UNEXPECTED_MESSAGE.test((error as Error).message))
        return this.close(CloseCode.BadRequest, 'Invalid message received');
      this.log.warn({ err: error, userId: this.viewerId || null }, 'a socket message failed');
      this.close(CloseCode.InternalServerError, 'Internal server error');
    }
  }
}

/** Pings the client; one that does not answer in time is gone. */
function keepAlive(socket: WebSocket): () => void {
  let answered = true;
  socket.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    if (socket.readyState === socket.OPEN) socket.ping();
  }, PING_MS);
  timer.unref();
  return () => clearInterval(timer);
}
