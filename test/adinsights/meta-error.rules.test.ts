import { classify, pauseAfter } from '../../src/adinsights/meta-error.rules.js';

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
