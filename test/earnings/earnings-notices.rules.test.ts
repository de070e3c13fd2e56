import { CompletionReason } from '../../src/campaign/campaign.enums.js';
import {
  endedNotice,
  givenUpNotice,
  suspectNotice,
  unavailableNotice,
} from '../../src/earnings/earnings-notices.rules.js';

const CAMPAIGN = { id: 'c1', title: 'Sneakers' };

test.each([
  [CompletionReason.BUDGET_FILLED, 'CAMPAIGN_COMPLETED', 'budget'],
  [CompletionReason.DEADLINE, 'CAMPAIGN_COMPLETED', 'deadline'],
  [CompletionReason.MANUAL, 'CAMPAIGN_COMPLETED', 'closed'],
  [null, 'CAMPAIGN_CANCELLED', 'cancelled'],
])('C6 the end of a campaign (%s) tells why, and what was earned', (reason, type, why) => {
  const notice = endedNotice(CAMPAIGN, reason, 12_500_000n, 'USD');
  expect(notice).toMatchObject({ type, subject: { type: 'Campaign', id: 'c1' } });
  expect(notice.title).toContain('"Sneakers"');
  expect(notice.body).toContain(why);
  expect(notice.body).toContain('12.50 USD');
});

test('T8 a clip that cannot be read is named to its clipper', () => {
  const notice = unavailableNotice({ submissionId: 's1', canonicalUrl: 'https://example.com/v' }, 'Sneakers');
  expect(notice).toMatchObject({ type: 'CLIP_UNAVAILABLE', subject: { type: 'ClipSubmission', id: 's1' } });
  expect(notice.body).toContain('https://example.com/v');
});

test('T7 suspect counts are counted', () => {
  expect(suspectNotice(CAMPAIGN, 1)).toMatchObject({
    type: 'TRACKING_TROUBLE',
    subject: { type: 'Campaign', id: 'c1' },
    body: expect.stringMatching(/^A clip had/),
  });
  expect(suspectNotice(CAMPAIGN, 3).body).toMatch(/^3 clips had/);
});

test('T6 a round that was given up says why, when that is known', () => {
  const notice = givenUpNotice({ runId: 'n1', reason: 'The run took too long.' }, 'Sneakers');
  expect(notice).toMatchObject({ type: 'TRACKING_TROUBLE', subject: { type: 'TrackingRun', id: 'n1' } });
  expect(notice.body).toBe('No money moved. The run took too long.');
  expect(givenUpNotice({ runId: 'n1', reason: null }, 'Sneakers').body).toBe('No money moved.');
});
