import { AsyncLocalStorage } from 'node:async_hooks';
import type { EntityManager } from './database.js';
import { databaseCode } from './transaction.js';

/** Statements of one kind that are under way before further ids wait for one of them to end. */
const UNDER_WAY = 2;
/** No id waits longer than this for company: a slow statement must not hold up those that come after it. */
const PATIENCE_MS = 5;
/** The most ids that one statement is given. */
const IDS_LIMIT = 1_000;

/** A read whose answer depends on ids and arguments alone, not on who asks. */
export interface CrossRequestRead<V> {
  /** One statement for ids of one kind (of the same arguments); answers in the order of the ids. */
  batch(em: EntityManager, ids: readonly string[], kind: string): Promise<readonly V[]>;
}

interface Waiting {
  ids: readonly string[];
  /** Runs as a part of the request that asked. */
  asAsked: <R>(work: () => R) => R;
  answer(values: readonly unknown[]): void;
  fail(error: unknown): void;
}

interface Line {
  waiting: Waiting[];
  underWay: number;
  timer?: NodeJS.Timeout;
}

/**
 * Reads of several requests in one statement: while statements of a kind are under way, further ids gather, and go
 * together in the next. Only a statement that has not been sent is joined, so every answer was read after it was asked
 * for; nothing is kept. On an idle server nobody waits; on a busy one the database is asked far less often.
 */
export class CrossRequestReads {
  readonly #lines = new Map<object, Map<string, Line>>();

  /** @param em is in no transaction, and stays so */
  constructor(private readonly em: EntityManager) {}

  /** The value of what there is one of, for the given arguments. */
  async loadOne<V>(read: CrossRequestRead<V>, kind = ''): Promise<V> {
    const [value] = await this.load(read, kind, ['']);
    return value as V;
  }

  /** The values of ids, in their order. */
  load<V>(read: CrossRequestRead<V>, kind: string, ids: readonly string[]): Promise<readonly V[]> {
    const line = this.#lineOf(read, kind);
    return new Promise((resolve, reject) => {
      line.waiting.push({
        ids,
        asAsked: AsyncLocalStorage.snapshot(),
        answer: (values) => resolve(values as V[]),
        fail: reject,
      });
      const send = () => this.#send(read, kind, line);
      if (line.underWay < UNDER_WAY) send();
      else line.timer ??= setTimeout(send, PATIENCE_MS);
    });
  }

  #lineOf(read: object, kind: string): Line {
    const kinds = this.#lines.get(read) ?? new Map<string, Line>();
    const line = kinds.get(kind) ?? { waiting: [], underWay: 0 };
    kinds.set(kind, line);
    this.#lines.set(read, kinds);
    return line;
  }

  #send(read: CrossRequestRead<unknown>, kind: string, line: Line): void {
    clearTimeout(line.timer);
    line.timer = undefined;
    const together = takeUpTo(IDS_LIMIT, line.waiting);
    line.underWay += 1;
    const first = together[0]?.asAsked ?? ((work) => work());
    void first(() => this.#answer(read, kind, together)).finally(() => {
      line.underWay -= 1;
      if (line.waiting.length > 0) this.#send(read, kind, line);
      else if (line.underWay === 0) this.#forget(read, kind);
    });
  }

  #forget(read: object, kind: string): void {
    const kinds = this.#lines.get(read);
    kinds?.delete(kind);
    if (kinds?.size === 0) this.#lines.delete(read);
  }

  async #answer(read: CrossRequestRead<unknown>, kind: string, together: Waiting[]): Promise<void> {
    const ids = [...new Set(together.flatMap((each) => each.ids))];
    try {
      const values = await read.batch(this.em, ids, kind);
      const byId = new Map(ids.map((id, index) => [id, values[index]]));
      for (const each of together) each.answer(each.ids.map((id) => byId.get(id)));
    } catch (error) {
      // What one of them asked for may have failed the rest: then each is asked by itself, as if nobody else had come.
      // A database that does not answer is not asked again by each.
      if (together.length === 1 || !isOfData(error)) for (const each of together) each.fail(error);
      else await Promise.all(together.map((each) => each.asAsked(() => this.#answer(read, kind, [each]))));
    }
  }
}

/** Whether it is a value that the database could not take. */
const isOfData = (error: unknown) => databaseCode(error)?.startsWith('22') ?? false;

/** Takes askers from the front while they fit; always one. */
function takeUpTo(limit: number, waiting: Waiting[]): Waiting[] {
  let ids = 0;
  const count = waiting.findIndex((each, index) => {
    ids += each.ids.length;
    return index > 0 && ids > limit;
  });
  return waiting.splice(0, count === -1 ? waiting.length : count);
}
