/** Control characters and other invisible ones, except line breaks and tabs. */
const CONTROL = /[^\P{C}\n\r\t]/u;

/** Whether a text has at most `limit` characters and no control character but line breaks and tabs. */
export const isPrintable = (text: string, limit: number): boolean => [...text].length <= limit && !CONTROL.test(text);

/** Whether a text is printable and has at least one character. */
export const isText = (text: string, limit: number): boolean => text !== '' && isPrintable(text, limit);
