import { v7, validate } from 'uuid';

/** A new identifier: UUIDv7, so that sorting by it is sorting by the time it was made. */
export function newId(): string {
  return v7();
}

/** Whether a text can be an identifier at all; whatever cannot is simply not found. */
export function isId(text: string): boolean {
  return validate(text) && text === text.toLowerCase();
}
