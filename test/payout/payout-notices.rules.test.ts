import * as notices from '../../src/payout/payout-notices.rules.js';

const REQUEST = { id: 'r1', clipperId: 'u1', amount: 20_000_000n };

test.each([
  ['PAYOUT_REQUESTED', notices.requestedNotice(REQUEST, 'USD'), ['{name}', '20.00 USD']],
  ['PAYOUT_CANCELLED', notices.cancelledNotice(REQUEST, 'USD'), ['{name}', '20.00 USD']],
  ['PAYOUT_APPROVED', notices.approvedNotice(REQUEST, 'EUR'), ['20.00 EUR']],
  ['PAYOUT_COMPLETED', notices.completedNotice(REQUEST, 'TX-1', 'USD'), ['20.00 USD', 'TX-1']],
  ['PAYOUT_REJECTED', notices.rejectedNotice(REQUEST, 'Wrong address', 'USD'), ['20.00 USD', 'Wrong address']],
  ['PAYOUT_RETURNED', notices.returnedNotice(REQUEST, 'Closed', 'USD'), ['20.00 USD', 'Closed']],
])('P6 %s names the request and its amount', (type, notice, parts) => {
  expect(notice).toMatchObject({ type, subject: { type: 'PayoutRequest', id: 'r1' } });
  for (const part of parts) expect(notice.body).toContain(part);
  expect(notice.title).toMatch(/payout/i);
});

test('P6 PAYOUT_READY names the campaign and what is available', () => {
  const notice = notices.readyNotice('c1', 35_500_000n, 'USD');
  expect(notice).toMatchObject({ type: 'PAYOUT_READY', subject: { type: 'Campaign', id: 'c1' } });
  expect(notice.body).toContain('35.50 USD');
});
