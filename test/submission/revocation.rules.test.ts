import { CampaignStatus } from '../../src/campaign/campaign.enums.js';
import { SubmissionStatus } from '../../src/submission/submission.enums.js';
import { requireRevocable } from '../../src/submission/submission.rules.js';
import { viewerOf } from '../../src/user/grants.js';
import { Role } from '../../src/user/user.entity.js';

const AVAILABLE = new Date('2026-03-08T12:00:00.000Z');
const at = (ms: number) => new Date(AVAILABLE.getTime() + ms);
const { ACTIVE, PAUSED, COMPLETED, CANCELLED } = CampaignStatus;
const { APPROVED, REJECTED, PENDING, WITHDRAWN } = SubmissionStatus;

test.each([
  [ACTIVE, null, APPROVED, 'reviewer', 'ok'],
  [PAUSED, null, APPROVED, 'reviewer', 'ok'],
  [COMPLETED, at(-1), APPROVED, 'reviewer', 'ok'],
  [CANCELLED, at(-1), APPROVED, 'reviewer', 'ok'],
  [COMPLETED, at(0), APPROVED, 'reviewer', 'CONFLICT'],
  [COMPLETED, at(1), APPROVED, 'reviewer', 'CONFLICT'],
  [CANCELLED, at(0), APPROVED, 'reviewer', 'CONFLICT'],
  [ACTIVE, null, PENDING, 'reviewer', 'CONFLICT'],
  [ACTIVE, null, REJECTED, 'reviewer', 'CONFLICT'],
  [COMPLETED, at(-1), WITHDRAWN, 'reviewer', 'CONFLICT'],
  [ACTIVE, null, APPROVED, 'clipper', 'FORBIDDEN'],
] as const)(
  'S5 S6 U3 in a %s campaign, asked at %s, a submission that is %s, by the %s: %s',
  (status, now, was, id, outcome) => {
    const campaign = { status, earningsAvailableAt: now && AVAILABLE };
    const act = () =>
      requireRevocable(
        { clipperId: 'clipper', status: was },
        campaign,
        viewerOf({ id, role: Role.ADMIN }),
        now ?? at(0),
      );
    let code = 'ok';
    try {
      act();
    } catch (error) {
      code = (error as { code: string }).code;
    }
    expect(code).toBe(outcome);
  },
);
