// What every server is asked, in its own language, and how its answer is read: all must say the same before any is timed.
const micros = (money) => {
  const [units, decimals = ''] = String(money).split('.');
  return BigInt(units + decimals.padEnd(6, '0')).toString();
};
const aggregated = (clips) => String(clips.aggregates.sum.earnings ?? 0);

/** @param w { clipperId, campaignId, submissionId, cursors: { ours, postgraphile } } */
export const QUERIES = {
  Q1: {
    title: 'campaign page: 20 campaigns with budget, spent, remaining, progress, clipCount',
    caller: null,
    ours: () => ({
      query: '{ campaigns(first: 20) { nodes { id title budget spent remaining progress clipCount } } }',
      read: ({ campaigns }) => campaigns.nodes.map((each) => [each.id, micros(each.spent), each.clipCount]),
    }),
    postgraphile: () => ({
      query:
        '{ allCampaigns(first: 20, orderBy: [ROW_ID_DESC]) { nodes { rowId title budget clipsByCampaignId { totalCount aggregates { sum { earnings } } } } } }',
      read: ({ allCampaigns }) =>
        allCampaigns.nodes.map((each) => [
          each.rowId,
          aggregated(each.clipsByCampaignId),
          Number(each.clipsByCampaignId.totalCount),
        ]),
    }),
    rest: (answer) => answer.map((each) => [each.id, String(each.spent), Number(each.clip_count)]),
  },
  Q2: {
    title: 'clipper dashboard: all balances and the last 10 submissions with their clips',
    caller: 'clipper',
    ours: () => ({
      query:
        '{ me { name totalEarned totalViews activeCampaignEarnings completedCampaignEarnings availableBalance payable pendingPayouts paidOut submissions(first: 10) { nodes { id url status submittedAt campaign { title } clip { id state views earnings } } } } }',
      read: ({ me }) => [
        micros(me.totalEarned),
        Number(me.totalViews),
        micros(me.availableBalance),
        me.submissions.nodes.map((each) => [each.id, micros(each.clip.earnings)]),
      ],
    }),
    postgraphile: ({ clipperId }) => ({
      query: `{ userByRowId(rowId: "${clipperId}") { name activeEarnings completedEarnings paidOut pendingPayouts clipsByClipperId { aggregates { sum { earnings views } } }
        clipSubmissionsByClipperId(first: 10, orderBy: [ROW_ID_DESC]) { nodes { rowId url status submittedAt campaignByCampaignId { title } clipBySubmissionId { rowId state views earnings } } } } }`,
      read: ({ userByRowId: user }) => [
        aggregated(user.clipsByClipperId),
        Number(user.clipsByClipperId.aggregates.sum.views),
        String(BigInt(user.completedEarnings) - BigInt(user.paidOut) - BigInt(user.pendingPayouts)),
        user.clipSubmissionsByClipperId.nodes.map((each) => [each.rowId, each.clipBySubmissionId.earnings]),
      ],
    }),
    rest: (answer) => [
      String(answer.total),
      Number(answer.views),
      String(answer.available),
      answer.submissions.map((each) => [each.id, String(each.earnings)]),
    ],
  },
  Q3: {
    title: 'admin analytics: totals, top 10 campaigns, top 10 clippers',
    caller: 'admin',
    ours: () => ({
      query:
        '{ platformAnalytics { totalUsers totalEarnings totalViews topCampaigns(first: 10) { id title spent } topClippers(first: 10) { rank clipper { id name } earnings } } }',
      read: ({ platformAnalytics: all }) => [
        micros(all.totalEarnings),
        Number(all.totalViews),
        all.topCampaigns.map((each) => [each.id, micros(each.spent)]),
        all.topClippers.map((each) => [each.clipper.id, micros(each.earnings)]),
      ],
    }),
    postgraphile: () => ({
      query: `{ allUsers { totalCount } allClips { aggregates { sum { earnings views } } }
        benchTopCampaigns(first: 10) { nodes { rowId title clipsByCampaignId { aggregates { sum { earnings } } } } }
        benchTopClippers(first: 10) { nodes { rowId name clipsByClipperId { aggregates { sum { earnings } } } } } }`,
      read: (all) => [
        String(all.allClips.aggregates.sum.earnings),
        Number(all.allClips.aggregates.sum.views),
        all.benchTopCampaigns.nodes.map((each) => [each.rowId, aggregated(each.clipsByCampaignId)]),
        all.benchTopClippers.nodes.map((each) => [each.rowId, aggregated(each.clipsByClipperId)]),
      ],
    }),
    rest: (answer) => [
      String(answer.earnings),
      Number(answer.views),
      answer.campaigns.map((each) => [each.id, String(each.earnings)]),
      answer.clippers.map((each) => [each.id, String(each.earnings)]),
    ],
  },
  Q4: {
    title: "a hot campaign's submissions, page 3 of 50, with clips",
    caller: 'admin',
    ours: ({ campaignId, cursors }) => ({
      query: `{ campaign(id: "${campaignId}") { submissions(first: 50, after: "${cursors.ours}") { nodes { id url status submittedAt initialViews cpm clip { id state views earnings } } pageInfo { hasNextPage endCursor } } } }`,
      read: ({ campaign }) => campaign.submissions.nodes.map((each) => [each.id, micros(each.clip.earnings)]),
    }),
    postgraphile: ({ campaignId, cursors }) => ({
      query: `{ allClipSubmissions(first: 50, after: "${cursors.postgraphile}", condition: { campaignId: "${campaignId}" }, orderBy: [ROW_ID_DESC]) { nodes { rowId url status submittedAt initialViews cpm clipBySubmissionId { rowId state views earnings } } pageInfo { hasNextPage endCursor } } }`,
      read: ({ allClipSubmissions: all }) => all.nodes.map((each) => [each.rowId, each.clipBySubmissionId.earnings]),
    }),
    rest: (answer) => answer.map((each) => [each.id, String(each.earnings)]),
  },
  Q5: {
    title: 'one clip with its (up to 90) readings and entries',
    caller: 'admin',
    ours: ({ submissionId }) => ({
      query: `{ submission(id: "${submissionId}") { id clip { id views earnings readings(first: 90) { nodes { id trackedAt outcome views } } earningEntries(first: 90) { nodes { id amount reason cap fromViews toViews cpm createdAt } } } } }`,
      read: ({ submission: { clip } }) => [
        micros(clip.earnings),
        clip.readings.nodes.map((each) => each.views),
        clip.earningEntries.nodes.map((each) => micros(each.amount)),
      ],
    }),
    postgraphile: ({ submissionId }) => ({
      query: `{ clipSubmissionByRowId(rowId: "${submissionId}") { rowId clipBySubmissionId { rowId views earnings viewTrackingsByClipId(first: 90, orderBy: [ROW_ID_DESC]) { nodes { rowId trackedAt outcome views } }
        earningEntriesByClipId(first: 90, orderBy: [ROW_ID_DESC]) { nodes { rowId amount reason cap fromViews toViews cpm createdAt } } } } }`,
      read: ({ clipSubmissionByRowId: { clipBySubmissionId: clip } }) => [
        clip.earnings,
        clip.viewTrackingsByClipId.nodes.map((each) => Number(each.views)),
        clip.earningEntriesByClipId.nodes.map((each) => each.amount),
      ],
    }),
    rest: (answer) => [
      String(answer.earnings),
      answer.readings.map((each) => Number(each.views)),
      answer.entries.map((each) => String(each.amount)),
    ],
  },
};
