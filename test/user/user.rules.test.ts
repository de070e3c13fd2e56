import fc from 'fast-check';
import { cleanName, displayName, NAME_FORM, requireAdministrable } from '../../src/user/user.rules.js';
import { refusalOf } from '../support/refusal.js';

test('U4 a user without a name is called Clipper and the last 6 characters of the id', () => {
  const id = '01890a5d-ac96-774b-bcce-b302099a8057';
  expect(displayName({ id, givenName: null })).toBe('Clipper 9a8057');
  expect(displayName({ id, givenName: 'Rita' })).toBe('Rita');
});

test.each([
  ['  Rita   Reel ', 'Rita Reel'],
  ['Rita\n\tReel', 'RitaReel'],
  ['Rita\u00a0\u2003Reel', 'Rita Reel'],
  ['Ri\u0000ta\u202e', 'Rita'],
  ['e\u0301', '\u00e9'],
  ['x'.repeat(100), 'x'.repeat(100)],
  ['\u{1f600}'.repeat(100), '\u{1f600}'.repeat(100)],
  ['x'.repeat(101), null],
  ['rita@example.com', null],
  ['', null],
  ['  ', null],
  ['\u0000', null],
])('U4 a name of %j is kept as %j', (text, name) => {
  expect(cleanName(text)).toBe(name);
});

test('U4 a cleaned name stays as it is when it is cleaned again, and has the form that is told', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 130 }), (text) => {
      const name = cleanName(text);
      if (name === null) return;
      expect(cleanName(name)).toBe(name);
      expect([...name].length).toBeLessThanOrEqual(100);
    }),
  );
  expect(NAME_FORM).toContain('1 to 100 characters');
});

test.each([
  ['another user', 'b', 0, false, 'accepted'],
  ['another admin, with one left', 'b', 1, true, 'accepted'],
  ['the last admin', 'b', 0, true, 'CONFLICT'],
  ['oneself', 'a', 5, false, 'CONFLICT'],
])('U2 an admin changes %s', (_who, id, otherAdmins, takesAdminAway, answer) => {
  expect(refusalOf(() => requireAdministrable({ id }, { id: 'a' }, { otherAdmins, takesAdminAway }))).toBe(answer);
});

test('U2 the two refusals say which of them it is', () => {
  const none = { otherAdmins: 0, takesAdminAway: true };
  expect(() => requireAdministrable({ id: 'a' }, { id: 'a' }, none)).toThrow(/themselves/);
  expect(() => requireAdministrable({ id: 'b' }, { id: 'a' }, none)).toThrow(/last admin/);
});
