import 'reflect-metadata';
import path from 'node:path';
import { ReflectMetadataProvider } from '@mikro-orm/decorators/legacy';
import { Migrator } from '@mikro-orm/migrations';
import { defineConfig } from '@mikro-orm/postgresql';
import { AdAccountRecord } from './src/adinsights/ad-account.entity.js';
import { AdInsight } from './src/adinsights/ad-insight.entity.js';
import { AdPeriod } from './src/adinsights/ad-period.entity.js';
import { AuditEvent } from './src/audit/audit-event.entity.js';
import { Campaign } from './src/campaign/campaign.entity.js';
import { CampaignEvent } from './src/campaign/campaign-event.entity.js';
import { CampaignTotals } from './src/campaign/campaign-totals.entity.js';
import { ClipsWithoutReading } from './src/campaign/clips-without-reading.entity.js';
import { ClipperTotals } from './src/earnings/clipper-totals.entity.js';
import { EarningEntry } from './src/earnings/settlement/earning-entry.entity.js';
import { JobSlot } from './src/infra/queue/job-slot.entity.js';
import { InstallationSecret } from './src/infra/security/installation-secret.entity.js';
import { RateBucket } from './src/infra/security/rate-bucket.entity.js';
import { ImportedRow } from './src/legacy-import/imported-row.entity.js';
import { Notification } from './src/notification/notification.entity.js';
import { Payout } from './src/payout/payout.entity.js';
import { PayoutAnnouncement } from './src/payout/payout-announcement.entity.js';
import { PayoutRequest } from './src/payout/payout-request.entity.js';
import { SourceBucket } from './src/platform/source-bucket.entity.js';
import { SourceRun } from './src/platform/source-run.entity.js';
import { SourceUsage } from './src/platform/source-usage.entity.js';
import { AuditStart } from './src/proof/audit-start.entity.js';
import { ConsistencyReport } from './src/proof/consistency-report.entity.js';
import { LawStart } from './src/proof/law-start.entity.js';
import { BaselineRead } from './src/submission/baseline-read.entity.js';
import { Clip } from './src/submission/clip.entity.js';
import { ClipSubmission } from './src/submission/clip-submission.entity.js';
import { TrackingBatch } from './src/tracking/tracking-batch.entity.js';
import { TrackingRound } from './src/tracking/tracking-round.entity.js';
import { TrackingRun } from './src/tracking/tracking-run.entity.js';
import { TrackingSlot } from './src/tracking/tracking-slot.entity.js';
import { ViewTracking } from './src/tracking/view-tracking.entity.js';
import { ErasedSubject } from './src/user/erased-subject.entity.js';
import { User } from './src/user/user.entity.js';

/** What MikroORM must know of this project; the address of the database and the pool are added at the start. */
export const ormOptions = defineConfig({
  entities: [
    JobSlot,
    RateBucket,
    InstallationSecret,
    User,
    ErasedSubject,
    AuditEvent,
    Notification,
    SourceBucket,
    SourceRun,
    SourceUsage,
    Campaign,
    CampaignEvent,
    ClipsWithoutReading,
    CampaignTotals,
    BaselineRead,
    ClipSubmission,
    Clip,
    TrackingRun,
    TrackingSlot,
    TrackingRound,
    TrackingBatch,
    ViewTracking,
    EarningEntry,
    ClipperTotals,
    PayoutRequest,
    Payout,
    PayoutAnnouncement,
    ConsistencyReport,
    AuditStart,
    LawStart,
    AdAccountRecord,
    AdPeriod,
    AdInsight,
    ImportedRow,
  ],
  metadataProvider: ReflectMetadataProvider,
  metadataCache: { enabled: false },
  forceUtcTimezone: true,
  extensions: [Migrator],
  migrations: {
    path: path.join(import.meta.dirname, 'migrations'),
    pathTs: 'migrations',
    emit: 'ts',
    snapshot: true,
    snapshotName: 'snapshot',
    snapshotOnMigrate: false,
    transactional: true,
    allOrNothing: true,
  },
  schemaGenerator: { ignoreTriggers: true },
});
