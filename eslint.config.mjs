import graphql from '@graphql-eslint/eslint-plugin';

const { rules: recommended } = graphql.configs['flat/schema-recommended'];
const { rules: relay } = graphql.configs['flat/schema-relay'];

/** Checks the schema as clients see it: npm run lint:schema. Biome checks everything else. */
export default [
  {
    files: ['schema/schema.graphql'],
    plugins: { '@graphql-eslint': graphql },
    languageOptions: {
      parser: graphql.parser,
      parserOptions: { graphQLConfig: { schema: './schema/schema.graphql' } },
    },
    rules: {
      ...recommended,
      ...relay,
      // Lists go forward alone: nobody pages a ledger from its end, and every cursor would need a second index.
      '@graphql-eslint/relay-arguments': ['error', { includeBoth: false }],
      // A list may hold values (platforms, requirements, days) and a connection its nodes beside its edges.
      '@graphql-eslint/relay-edge-types': [
        'error',
        { withEdgeSuffix: true, shouldImplementNode: true, listTypeCanWrapOnlyEdgeType: false },
      ],
      // These are values: parts of the thing that answers them, or figures of one moment. Nothing can be asked for again by an
      // id of theirs, and docs/api.md says how a cache keeps them.
      '@graphql-eslint/strict-id-in-types': [
        'error',
        {
          exceptions: {
            suffixes: ['Connection', 'Edge', 'Payload'],
            types: [
              'AdInsight',
              'AdInsightReport',
              'AdInsightTotals',
              'CampaignForecast',
              'CampaignSettled',
              'CampaignSpendSync',
              'CampaignStatusCount',
              'ConsistencyReport',
              'LawCheck',
              'LeaderboardEntry',
              'MetricDistribution',
              'MoneyTotal',
              'PageInfo',
              'PlatformAnalytics',
              'Settings',
              'SignIn',
              'SourceMonth',
              'SpendSyncReport',
              'SpendSyncSummary',
              'SubmissionCounts',
              'TimelinePoint',
              'ViewProbe',
            ],
          },
        },
      ],
    },
  },
];
