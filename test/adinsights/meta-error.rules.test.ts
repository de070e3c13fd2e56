import fc from 'fast-check';
import { classify, metaErrorBody, pauseAfter } from '../../src/adinsights/meta-error.rules.js';

test.each([
  [{ code: 1 }, 'RETRY'],
  [{ code: 2, error_subcode: 1_504_043 }, 'RETRY'],
  [{ code: 99, is_transient: true }, 'RETRY'],
  [{ code: 4, error_subcode: 1_504_022 }, 'LIMIT'],
  [{ code: 80_000 }, 'LIMIT'],
  [{ code: 613 }, 'LIMIT'],
  [{ code: 190, error_subcode: 463 }, 'TOKEN'],
  [{ code: 102 }, 'TOKEN'],
  [{ code: 200 }, 'TOKEN'],
  [{ code: 10 }, 'TOKEN'],
  [{ code: 100, error_subcode: 1_487_534 }, 'ASK_FOR_LESS'],
  [{ code: 2, error_subcode: 1_504_018 }, 'ASK_FOR_LESS'],
  [{ code: 100, error_subcode: 33 }, 'TOKEN'],
  [{ code: 100 }, 'REFUSED'],
  [{ code: 368 }, 'LIMIT'],
])('an error %j of the Graph API is told apart by its code: %s', (error, kind) => {
  expect(classify({ message: '', ...error })).toBe(kind);
});

test.each([
  [{}, 0],
  [{ 'x-app-usage': '{"call_count":28,"total_time":25,"total_cputime":25}' }, 0],
  [{ 'x-app-usage': '{"call_count":95}' }, 60_000],
  [
    {
      'x-business-use-case-usage':
        '{"1":[{"type":"ads_insights","call_count":95,"estimated_time_to_regain_access":19}]}',
    },
    19 * 60_000,
  ],
  [{ 'x-ad-account-usage': '{"acc_id_util_pct":9.67,"reset_time_duration":100}' }, 0],
  [{ 'x-app-usage': 'garbage', 'x-ad-account-usage': '[]' }, 0],
])('the usage headers %j ask for a pause of %d ms', (headers, ms) => {
  expect(pauseAfter(new Headers(headers as Record<string, string>))).toBe(ms);
});

test.each([
  ['LIMIT', [4, 17, 32, 341, 368, 613, 80_000, 80_014]],
  ['TOKEN', [10, 102, 190, 200, 299]],
  ['RETRY', [1, 2]],
  ['REFUSED', [0, 3, 5, 100, 199, 300, 79_999, 80_015]],
])('the class %s has the codes %j', (kind, codes) => {
  for (const code of codes) expect([code, classify({ message: '', code })]).toEqual([code, kind]);
});

test('a subcode counts with its code alone; what is too much comes before a limit', () => {
  expect(classify({ message: '', code: 4, error_subcode: 1_504_018 })).toBe('ASK_FOR_LESS');
  expect(classify({ message: '', code: 101, error_subcode: 33 })).toBe('REFUSED');
  expect(classify({ message: '', code: 99, is_transient: false })).toBe('REFUSED');
});

test('the body of an error needs a code; all else may be missing', () => {
  expect(metaErrorBody.parse({ error: { code: 1 } })).toEqual({ error: { message: '', code: 1 } });
  const all = { message: 'x', code: 1, error_subcode: 2, is_transient: true };
  expect(metaErrorBody.parse({ error: all })).toEqual({ error: all });
  for (const error of [undefined, {}, { code: 1.5 }, { code: '1' }, { code: 1, error_subcode: 1.5 }])
    expect(metaErrorBody.safeParse({ error }).success).toBe(false);
});

test.each([
  ['from 90 percent on', { 'x-app-usage': '{"call_count":90}' }, 60_000],
  ['not below', { 'x-app-usage': '{"call_count":89.99}' }, 0],
  ['of processor time', { 'x-app-usage': '{"total_cputime":95}' }, 60_000],
  ['of time', { 'x-app-usage': '{"total_time":"95"}' }, 60_000],
  ['of the account', { 'x-ad-account-usage': '{"acc_id_util_pct":95}' }, 60_000],
  ['of what is no percentage', { 'x-ad-account-usage': '{"reset_time_duration":100}' }, 0],
  ['for as long as the source says', { 'x-app-usage': '{"estimated_time_to_regain_access":2}' }, 120_000],
  ['not for no time', { 'x-app-usage': '{"estimated_time_to_regain_access":0}' }, 0],
  [
    'for the longest of several accounts',
    {
      'x-business-use-case-usage':
        '{"1":[{"estimated_time_to_regain_access":2},{"estimated_time_to_regain_access":7}],"2":[{"estimated_time_to_regain_access":3}]}',
    },
    7 * 60_000,
  ],
  [
    'for the longest of several headers',
    {
      'x-business-use-case-usage': '{"1":[{"estimated_time_to_regain_access":5}]}',
      'x-ad-account-usage': '{"acc_id_util_pct":95}',
    },
    5 * 60_000,
  ],
  ['of a list among other values', { 'x-app-usage': '{"a":1,"b":[{"call_count":95}]}' }, 60_000],
  ['of null', { 'x-app-usage': 'null' }, 0],
  ['of a wrong percentage', { 'x-app-usage': '{"call_count":"much"}' }, 0],
])('a pause is asked for: %s', (_what, headers, ms) => {
  expect(pauseAfter(new Headers(headers as Record<string, string>))).toBe(ms);
});

test('whatever a header holds, a pause is a whole number of ms from 0 on', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (header) => {
      expect(pauseAfter({ get: () => header })).toBeGreaterThanOrEqual(0);
    }),
  );
});
