import { recordAudit } from '../audit/audit.service.js';
import { Campaign } from '../campaign/campaign.entity.js';
import type { CampaignTerms } from '../campaign/campaign.rules.js';
import { createCampaign, publishCampaign } from '../campaign/campaign.service.js';
import { workRound } from '../earnings/settlement/round.service.js';
import type { Deps, Viewer } from '../infra/context.js';
import type { EntityManager } from '../infra/database/database.js';
import { inTransaction } from '../infra/database/transaction.js';
import type { Claims } from '../infra/security/token.js';
import { approvePayoutRequest, completePayoutRequest } from '../payout/decide-payout.service.js';
import { PayoutMethod } from '../payout/payout.enums.js';
import { payableOf } from '../payout/payout.rules.js';
import { requestPayout } from '../payout/request-payout.service.js';
import { findUserFigures } from '../payout/user-figures.sql.js';
import { Platform } from '../platform/platform.js';
import { MICROS_PER_UNIT, smallestCoin } from '../shared/money.js';
import { approveSubmissions } from '../submission/review.service.js';
import { submitClip } from '../submission/submission.service.js';
import { startRunOfCampaign } from '../tracking/run.service.js';
import { TrackingRound } from '../tracking/tracking-round.entity.js';
import { viewerOf } from '../user/grants.js';
import { Role, User } from '../user/user.entity.js';
import { signIn } from '../user/user.service.js';
import { DEMO_ADS } from './demo-ads.js';

const person = (subject: string, name: string): Claims => ({
  subject,
  email: `${subject}@clipledger.example`,
  emailVerified: true,
  name,
});

/** The two people whose tokens `npm start` prints. */
export const DEMO_ADMIN = person('demo-admin', 'Ada Ward');
export const DEMO_CLIPPER = person('demo-clipper', 'Cleo Clipper');
const OTHERS = [person('demo-clipper-2', 'Sam Short'), person('demo-clipper-3', 'Rita Reel')];

/** The emulated source needs no protection, and nobody waits for a first start. */
const RUNS_PER_MINUTE = 24_000;

const money = (units: number) => BigInt(units) * MICROS_PER_UNIT;

const CAMPAIGNS: (Pick<CampaignTerms, 'title' | 'description' | 'budget' | 'cpm' | 'platforms' | 'adCampaignId'> & {
  links: string[];
  rounds: number;
})[] = [
  {
    title: 'Summer sneakers',
    description: 'Show the new sneakers in motion.',
    budget: money(500),
    cpm: money(2),
    adCampaignId: DEMO_ADS.campaignIds[0] ?? null,
    platforms: [Platform.TIKTOK, Platform.YOUTUBE, Platform.INSTAGRAM],
    links: [
      'https://www.tiktok.com/@cleo/video/7100000000000000001',
      'https://www.youtube.com/shorts/demo0000001',
      'https://www.instagram.com/reel/Demo0000001/',
      'https://www.tiktok.com/@sam/video/7100000000000000002',
    ],
    rounds: 3,
  },
  {
    title: 'Trailer clips',
    description: 'Cut the trailer to its best ten seconds.',
    budget: money(90),
    cpm: money(6),
    adCampaignId: DEMO_ADS.campaignIds[2] ?? null,
    platforms: [Platform.TIKTOK, Platform.YOUTUBE],
    links: [
      'https://www.tiktok.com/@cleo/video/7100000000000000003',
      'https://www.youtube.com/shorts/demo0000002',
      'https://www.tiktok.com/@rita/video/7100000000000000004',
    ],
    rounds: 4,
  },
];

/**
 * Puts sample campaigns into an empty database through the product's own services: submitted, approved, tracked, paid.
 * Nothing happens when there is a campaign already.
 */
export async function addSampleData(em: EntityManager, given: Deps): Promise<void> {
  if ((await em.fork().find(Campaign, {}, { limit: 1 })).length > 0) return;
  const deps: Deps = {
    ...given,
    settings: { ...given.settings, TRACKING_BATCH_PAUSE_MS: 0, APIFY_RUNS_PER_MINUTE: RUNS_PER_MINUTE },
    log: given.log.child({}, { level: 'error' }),
  };
  const admin = await adminOf(em, deps);
  const clippers = await Promise.all(
    [DEMO_CLIPPER, ...OTHERS].map(async (claims) => (await signIn(em.fork(), deps, claims)).viewer),
  );
  for (const { links, rounds, ...terms } of CAMPAIGNS) {
    const campaign = await createCampaign(em, deps, admin, {
      requirements: ['No music with a claim on it'],
      minViews: 0n,
      maxEarningsPerClip: null,
      startsAt: null,
      endsAt: null,
      ...terms,
    });
    await publishCampaign(em, deps, admin, campaign.id);
    const submissions = await Promise.all(
      links.map((url, index) =>
        submitClip(em, deps, clippers[index % clippers.length] ?? admin, { campaignId: campaign.id, url }),
      ),
    );
    await approveSubmissions(
      em,
      deps,
      admin,
      submissions.map(({ id }) => id),
    );
    for (let round = 0; round < rounds; round += 1) await playRound(em, deps, campaign.id);
  }
  await payOut(em, deps, admin, clippers);
}

/**
 * The first clipper has something to ask for: whoever plays with the sample data does so. Of the others who can be
 * paid, one has been, and the next has asked.
 */
async function payOut(em: EntityManager, deps: Deps, admin: Viewer, clippers: Viewer[]): Promise<void> {
  const { CURRENCY, PAYOUT_MINIMUM } = deps.settings;
  const terms = { minimum: PAYOUT_MINIMUM, coin: smallestCoin(CURRENCY) };
  let paid = false;
  for (const [index, clipper] of clippers.entries()) {
    if (index === 0) continue;
    const [figures] = await findUserFigures(em.fork(), [clipper.id]);
    const balance = { available: figures?.availableBalance ?? 0n, open: figures?.pendingPayouts ?? 0n };
    const amount = payableOf(balance, terms);
    if (amount === 0n) continue;
    const input = { amount, method: PayoutMethod.PAYPAL, details: `clipper-${index + 1}@clipledger.example` };
    const { id } = await requestPayout(em, deps, clipper, input);
    if (paid) continue;
    await approvePayoutRequest(em, deps, admin, id);
    await completePayoutRequest(em, deps, admin, id, `SAMPLE-${index}`);
    paid = true;
  }
}

async function adminOf(em: EntityManager, deps: Deps): Promise<Viewer> {
  const { viewer } = await signIn(em.fork(), deps, DEMO_ADMIN);
  await inTransaction(em, async (transaction) => {
    const user = await transaction.findOneOrFail(User, viewer.id);
    if (user.role === Role.ADMIN) return;
    user.role = Role.ADMIN;
    recordAudit(transaction, {
      actor: { id: null, via: 'command' },
      action: 'user.set-role',
      subjectType: 'User',
      subjectId: viewer.id,
      before: { role: Role.CLIPPER },
      after: { role: Role.ADMIN },
      at: deps.clock.now(),
    });
  });
  return viewerOf({ id: viewer.id, role: Role.ADMIN });
}

async function playRound(em: EntityManager, deps: Deps, campaignId: string): Promise<void> {
  const campaign = await em.fork().findOneOrFail(Campaign, campaignId);
  if (campaign.completedAt) return;
  const run = await startRunOfCampaign(em, deps, campaignId);
  const rounds = await em.fork().find(TrackingRound, { runId: run.id });
  for (const round of rounds)
    await workRound(em, deps, { roundId: round.id, signal: new AbortController().signal, lastTry: true });
}
