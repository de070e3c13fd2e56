import fc from 'fast-check';
import { CampaignStatus } from '../../src/campaign/campaign.enums.js';
import { Platform } from '../../src/platform/platform.js';
import { dayAround } from '../../src/shared/clock.js';
import { RejectionReason, SubmissionStatus } from '../../src/submission/submission.enums.js';
import {
  checkRejection,
  repeatedSubmission,
  requireReopenable,
  requireReviewable,
  requireSubmittable,
} from '../../src/submission/submission.rules.js';
import { refusalOf } from '../support/refusal.js';

const { ACTIVE, PAUSED } = CampaignStatus;
const { PENDING, APPROVED, REJECTED } = SubmissionStatus;
const NOW = new Date('2026-11-20T08:00:00.000Z');
const at = (ms: number) => new Date(NOW.getTime() + ms);
const campaign = (over: object = {}) => ({ platforms: [Platform.TIKTOK], status: ACTIVE, endsAt: null, ...over });
const submission = (over: object = {}) => ({ clipperId: 'ann', status: PENDING, revoked: false, ...over });

test.each<[string, object, Platform | null, string]>([
  ['its platform, ACTIVE, without an end', {}, Platform.TIKTOK, 'accepted'],
  ['a platform that is not known yet', {}, null, 'accepted'],
  ['another platform', {}, Platform.YOUTUBE, 'BAD_USER_INPUT input.url'],
  ['another platform while PAUSED', { status: PAUSED }, Platform.YOUTUBE, 'BAD_USER_INPUT input.url'],
  ['an end that lies ahead', { endsAt: at(1) }, Platform.TIKTOK, 'accepted'],
  ['an end that is now', { endsAt: NOW }, Platform.TIKTOK, 'CONFLICT'],
  ['an end that has passed', { endsAt: at(-1) }, Platform.TIKTOK, 'CONFLICT'],
  ...Object.values(CampaignStatus).map((status): [string, object, Platform | null, string] => [
    `${status}`,
    { status },
    Platform.TIKTOK,
    status === ACTIVE ? 'accepted' : 'CONFLICT',
  ]),
])('S3 a campaign takes a clip or refuses it: %s', (_what, over, platform, answer) => {
  expect(refusalOf(() => requireSubmittable(campaign(over), platform && { platform }, NOW))).toBe(answer);
});

test('S3 a refused platform names those that are taken', () => {
  const both = campaign({ platforms: [Platform.TIKTOK, Platform.INSTAGRAM] });
  expect(() => requireSubmittable(both, { platform: Platform.YOUTUBE }, NOW)).toThrow(/TIKTOK, INSTAGRAM.*YOUTUBE/);
});

test.each([
  ['nothing of the clip', undefined, 'accepted'],
  ['their own PENDING one', submission(), 'accepted'],
  ['their own approved one', submission({ status: APPROVED }), 'CONFLICT'],
  ["another's PENDING one", submission({ clipperId: 'ben' }), 'CONFLICT'],
  ['their own revoked one', submission({ status: REJECTED, revoked: true }), 'CONFLICT'],
  ['their own PENDING one, marked as revoked', submission({ revoked: true }), 'CONFLICT'],
])('S2 S4 a submission of a clip of which the campaign has %s', (_what, standing, answer) => {
  expect(refusalOf(() => expect(repeatedSubmission(standing, 'ann')).toBe(standing))).toBe(answer);
});

test('S6 the refusal of a revoked clip says that it cannot come back', () => {
  expect(() => repeatedSubmission(submission({ revoked: true }), 'ann')).toThrow(/cannot come back/);
});

test.each(
  Object.values(SubmissionStatus).flatMap((status) =>
    Object.values(CampaignStatus).map((open) => [status, open] as const),
  ),
)('S5 a %s submission of a campaign that is %s is decided on while PENDING in an open campaign', (status, open) => {
  const allowed = status === PENDING && (open === ACTIVE || open === PAUSED);
  const decide = (viewer: string) => () =>
    requireReviewable(submission({ status }) as never, { status: open }, { id: viewer, admin: true } as never, PENDING);
  expect(refusalOf(decide('an admin'))).toBe(allowed ? 'accepted' : 'CONFLICT');
  expect(refusalOf(decide('ann'))).toBe('FORBIDDEN');
});

test('S6 a revoked submission is never reopened', () => {
  expect(refusalOf(() => requireReopenable(submission({ revoked: true }) as never))).toBe('CONFLICT');
  expect(refusalOf(() => requireReopenable(submission() as never))).toBe('accepted');
});

test.each([
  [undefined, null],
  [null, null],
  ['', null],
  ['  \n ', null],
  [' not yours ', 'not yours'],
  ['two\nlines\tand\ra tab', 'two\nlines\tand\ra tab'],
  ['e\u0301', '\u00e9'],
  ['x'.repeat(1_000), 'x'.repeat(1_000)],
  ['\u{1f600}'.repeat(1_000), '\u{1f600}'.repeat(1_000)],
])('a note of %j is kept as %j', (note, kept) => {
  expect(checkRejection({ reason: RejectionReason.OTHER, note })).toEqual({ reason: 'OTHER', note: kept });
});

test.each(['x'.repeat(1_001), 'a\u0000b', 'a\u202eb'])('a note of %j is refused', (note) => {
  expect(refusalOf(() => checkRejection({ reason: RejectionReason.OTHER, note }))).toBe('BAD_USER_INPUT input.note');
});

test('CAMPAIGN_ENDED is no reason that a reviewer gives; the refusal names those that are', () => {
  const reject = () => checkRejection({ reason: RejectionReason.CAMPAIGN_ENDED });
  expect(refusalOf(reject)).toBe('BAD_USER_INPUT input.reason');
  const others = Object.values(RejectionReason).filter((reason) => reason !== 'CAMPAIGN_ENDED');
  expect(reject).toThrow(new RegExp(`one of ${others.join(', ')}\\.$`));
});

test.each([
  ['2026-11-20T00:00:00.000Z', '2026-11-20', 86_400],
  ['2026-11-20T00:00:00.999Z', '2026-11-20', 86_400],
  ['2026-11-20T23:59:59.999Z', '2026-11-20', 1],
  ['2028-02-29T12:00:00.000Z', '2028-02-29', 43_200],
  ['2026-12-31T23:59:59.000Z', '2026-12-31', 1],
])('S4 at %s the day is %s and has %d seconds left', (now, day, secondsLeft) => {
  expect(dayAround(new Date(now))).toEqual({ start: new Date(`${day}T00:00:00.000Z`), secondsLeft });
});

test('S4 the day of an instant begins at most a day before it, and after its seconds another day has begun', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }), (now) => {
      const { start, secondsLeft } = dayAround(now);
      expect(now.getTime() - start.getTime()).toBeGreaterThanOrEqual(0);
      expect(dayAround(new Date(now.getTime() + secondsLeft * 1_000)).start.getTime()).toBe(
        start.getTime() + 86_400_000,
      );
    }),
  );
});
