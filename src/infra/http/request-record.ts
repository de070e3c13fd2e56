import { AsyncLocalStorage } from 'node:async_hooks';

/** What is recorded of a request while it is answered. */
export interface RequestRecord {
  id: string;
  userId: string | null;
  /** The name that the client gave the operation; else its kind and first field. */
  operation: string | null;
  /** Kind and first field: few values, so that they can be counted by. */
  field: string;
  /** Statements that were sent for it; one that several requests share counts for the one that sent it. */
  statements: number;
  /** The first error's code. */
  code: string | null;
}

const current = new AsyncLocalStorage<RequestRecord>();

/** Runs `work` as the answering of a request. */
export const recording = <T>(record: RequestRecord, work: () => T): T => current.run(record, work);

/** Adds to what is known of the request that is being answered. */
export function note(known: Partial<Omit<RequestRecord, 'id' | 'statements'>>): void {
  const record = current.getStore();
  if (record) Object.assign(record, known);
}

/** The request that is being answered, if any. */
export const currentRequest = (): RequestRecord | undefined => current.getStore();
