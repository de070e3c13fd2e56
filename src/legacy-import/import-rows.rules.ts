import { z } from 'zod';
import { CampaignStatus } from '../campaign/campaign.enums.js';
import { PayoutMethod, PayoutRequestStatus } from '../payout/payout.enums.js';
import { Platform } from '../platform/platform.js';
import { dayExists } from '../shared/clock.js';
import { formatMoney, MONEY_FORM, parseMoney } from '../shared/money.js';
import { isText } from '../shared/text.js';
import { ClipState, RejectionReason, SubmissionStatus } from '../submission/submission.enums.js';
import type { FileRow, Kind, Refusal } from './import-files.js';
import { RefusedRows } from './import-refusals.js';

const INSTANT = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2}))?$/;
const VIEWS_MOST = 100_000_000_000n;
/** A budget's limit: no sum of imported amounts leaves a bigint. */
const MONEY_MOST = 1_000_000_000_000_000n;
const EARLIEST = '2000-01-01';

const text = (limit: number) =>
  z.string({ message: `a text of 1 to ${limit} characters` }).refine((value) => isText(value, limit), {
    message: `a text of 1 to ${limit} characters without control characters`,
  });
const id = text(200);
const oneOf = <T extends string>(values: readonly T[]) =>
  z.enum(values as [T, ...T[]], { message: `one of ${values.join(', ')}` });
const optional = <T extends z.ZodType>(type: T) => type.nullish().transform((value) => value ?? null);

const money = z
  .string({ message: MONEY_FORM })
  .refine((value) => (parseMoney(value) ?? MONEY_MOST + 1n) <= MONEY_MOST, {
    message: `${MONEY_FORM}, up to ${formatMoney(MONEY_MOST)}`,
  })
  .transform((value) => parseMoney(value) ?? 0n);

const views = z
  .string({ message: 'a whole number of views' })
  .refine((value) => /^\d{1,12}$/.test(value) && BigInt(value) <= VIEWS_MOST, {
    message: `a whole number of views from 0 to ${VIEWS_MOST}`,
  })
  .transform((value) => BigInt(value));

const INSTANT_FORM = `an instant such as 2026-11-20T08:00:00Z, or a day, from ${EARLIEST} on`;

const dayIsAccepted = (day: string) => dayExists(day) && day >= EARLIEST;

const instant = z
  .string({ message: INSTANT_FORM })
  .refine((value) => INSTANT.test(value) && dayIsAccepted(value.slice(0, 10)) && !Number.isNaN(Date.parse(value)), {
    message: INSTANT_FORM,
  })
  .transform((value) => new Date(value));

const parts = z.array(text(500));
const list = z.union([parts, z.string().transform((value) => value.split('|').flatMap((part) => part.trim() || []))], {
  message: 'texts separated by |',
});
const PLATFORMS = Object.values(Platform);

const campaign = z.strictObject({
  id,
  title: text(200),
  description: optional(z.string().max(10_000)),
  status: oneOf(Object.values(CampaignStatus)),
  budget: money,
  cpm: money,
  platforms: list.refine((all) => all.length > 0 && all.every((each) => PLATFORMS.includes(each as Platform)), {
    message: `one or more of ${PLATFORMS.join(', ')}, separated by |`,
  }),
  requirements: optional(list),
  min_views: optional(views),
  max_earnings_per_clip: optional(money),
  starts_at: optional(instant),
  ends_at: optional(instant),
  created_at: optional(instant),
  completed_at: optional(instant),
  recorded_spent: optional(money),
  ad_campaign_id: optional(text(100)),
});

const user = z.strictObject({
  id,
  email: z
    .string({ message: 'an e-mail address' })
    .regex(/^[^\s@]+@[^\s@]+$/, { message: 'an e-mail address' })
    .max(320),
  subject: optional(text(320)),
  name: optional(text(100)),
  created_at: optional(instant),
  suspended_at: optional(instant),
});

const submission = z.strictObject({
  id,
  campaign_id: id,
  user_id: id,
  url: text(2_048),
  status: z
    .string()
    .transform((value) => (value === 'PAID' ? SubmissionStatus.APPROVED : value))
    .pipe(oneOf(Object.values(SubmissionStatus))),
  initial_views: views,
  cpm: optional(money),
  min_views: optional(views),
  max_earnings: optional(money),
  rejection_reason: optional(oneOf(Object.values(RejectionReason))),
  rejection_note: optional(text(1_000)),
  submitted_at: optional(instant),
  reviewed_at: optional(instant),
});

const clip = z.strictObject({
  submission_id: id,
  views,
  earnings: money,
  state: optional(oneOf([ClipState.LIVE, ClipState.UNAVAILABLE])),
  last_tracked_at: optional(instant),
});

const payoutRequest = z.strictObject({
  id,
  user_id: id,
  amount: money,
  method: oneOf(Object.values(PayoutMethod)),
  details: text(500),
  status: oneOf(Object.values(PayoutRequestStatus)),
  note: optional(text(1_000)),
  requested_at: optional(instant),
  processed_at: optional(instant),
});

const payout = z.strictObject({
  request_id: optional(id),
  user_id: id,
  amount: money,
  method: oneOf(Object.values(PayoutMethod)),
  transaction_id: text(200),
  paid_at: instant,
  returned_at: optional(instant),
  note: optional(text(1_000)),
});

const FORMS = {
  campaigns: campaign,
  users: user,
  submissions: submission,
  clips: clip,
  'payout-requests': payoutRequest,
  payouts: payout,
} satisfies Record<Kind, z.ZodType>;

/** The column by which other rows refer to a row, or which tells it from others of its kind. */
const NAMED_BY: Record<Kind, string> = {
  campaigns: 'id',
  users: 'id',
  submissions: 'id',
  clips: 'submission_id',
  'payout-requests': 'id',
  payouts: 'request_id',
};

type Row<K extends Kind> = z.infer<(typeof FORMS)[K]>;

/** A row of the right form, and its file and line. */
export type ImportRow<K extends Kind> = Row<K> & { at: Pick<Refusal, 'file' | 'line'> };
export type ImportRows = { [K in Kind]: ImportRow<K>[] };

/**
 * Checks the form of every row.
 * @returns the rows that have it, why each of the others has not, and by what names rows may refer to those
 */
export function readRows(files: Partial<Record<Kind, FileRow[]>>): {
  rows: ImportRows;
  refusals: Refusal[];
  refused: RefusedRows;
} {
  const refusals: Refusal[] = [];
  const refused = new RefusedRows();
  const read = <K extends Kind>(kind: K): ImportRow<K>[] =>
    (files[kind] ?? []).flatMap(({ file, line, values }) => {
      const parsed = FORMS[kind].safeParse(values);
      if (parsed.success) return [{ ...parsed.data, at: { file, line } } as unknown as ImportRow<K>];
      refused.add(kind, values[NAMED_BY[kind]], line);
      for (const issue of parsed.error.issues) refusals.push({ file, line, why: tell(issue, values) });
      return [];
    });
  const rows: ImportRows = {
    campaigns: read('campaigns'),
    users: read('users'),
    submissions: read('submissions'),
    clips: read('clips'),
    'payout-requests': read('payout-requests'),
    payouts: read('payouts'),
  };
  return { rows, refusals, refused };
}

function tell(issue: z.core.$ZodIssue, values: Record<string, unknown>): string {
  if (issue.code === 'unrecognized_keys') return `there is no column ${issue.keys.join(', ')}`;
  const column = String(issue.path[0]);
  const given = values[column] == null ? 'is missing' : 'is wrong';
  return `${column} ${given}: it must be ${issue.message}`;
}
