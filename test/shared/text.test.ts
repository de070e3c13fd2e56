import { dayExists } from '../../src/shared/clock.js';
import { isPrintable, isText } from '../../src/shared/text.js';

test.each([
  ['', false, true],
  ['a', true, true],
  ['line\r\n\tbreak', true, true],
  ['twelve signs', true, true],
  ['thirteen sign', false, false],
  ['😀😀😀😀😀😀😀😀😀😀😀😀', true, true],
  ['nul\u0000', false, false],
  ['esc\u001b', false, false],
  ['zero\u200bwidth', false, false],
  ['half \ud800', false, false],
])('a text of at most 12 characters: %j', (text, isOne, printable) => {
  expect([isText(text, 12), isPrintable(text, 12)]).toEqual([isOne, printable]);
});

test.each([
  ['2026-02-28', true],
  ['2028-02-29', true],
  ['2026-02-29', false],
  ['2026-02-30', false],
  ['2026-13-01', false],
  ['2026-1-1', false],
  ['soon', false],
])('the calendar has %s: %s', (day, exists) => {
  expect(dayExists(day)).toBe(exists);
});
