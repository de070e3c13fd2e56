import { useMutation, useQuery } from '@apollo/client/react';
import { Alert, Badge, Button, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import {
  AdInsightsDocument,
  type AdInsightsQuery,
  RefreshAdInsightsDocument,
} from '../../../../schema/generated/graphql.js';
import { formatMoney } from '../../format/money.js';
import { formatCount, formatEnum, formatInstant } from '../../format/text.js';
import { act } from '../../parts/act.js';
import { DataTable } from '../../parts/DataTable.js';
import { useFilters } from '../../parts/filters.js';
import { Page } from '../../parts/Page.js';
import { Answered, Empty } from '../../parts/states.js';

type Report = AdInsightsQuery['adInsights'];

/** What each ad campaign did in a month: measured per campaign, never divided. */
export function Component() {
  const { get, set } = useFilters();
  const period = get('month');
  const asked = useQuery(AdInsightsDocument, { variables: { period }, fetchPolicy: 'cache-and-network' });
  const [refresh, { loading }] = useMutation(RefreshAdInsightsDocument);
  const fetchNow = async () => {
    await act(() => refresh({ variables: { period } }), 'The figures are those of this moment.');
    await asked.refetch();
  };
  return (
    <Page
      title="Ad insights"
      actions={
        <Button onClick={() => void fetchNow()} loading={loading}>
          Fetch now
        </Button>
      }
    >
      <TextInput
        label="Month"
        type="month"
        value={period ?? ''}
        onChange={(event) => set('month', event.currentTarget.value)}
        maw={220}
      />
      <Answered of={asked}>{({ adInsights }) => <ReportView report={adInsights} />}</Answered>
    </Page>
  );
}

function ReportView({ report }: { report: Report }) {
  const identical = report.distribution.filter(({ verdict }) => verdict === 'IDENTICAL');
  const money = (amount: string) => formatMoney(amount, report.currency);
  return (
    <Stack>
      <Text>
        Account {report.accountId}, {report.period}. Fetched at {formatInstant(report.fetchedAt)}
        {report.final ? '; final' : ''}.
      </Text>
      {report.stale && <Alert color="orange">The last fetch failed. These are the last good figures.</Alert>}
      {report.warnings.map((each) => (
        <Alert key={each} color="orange">
          {each}
        </Alert>
      ))}
      {report.campaigns.length === 0 ? (
        <Empty title="No ad campaign ran in this month" />
      ) : (
        <DataTable
          label="Ad campaigns"
          minWidth={960}
          rows={[
            ...report.campaigns.map((each) => ({ ...each, id: each.adCampaignId })),
            { ...report.totals, id: 'total', name: 'Total', delivered: true },
          ]}
          columns={[
            { title: 'Ad campaign', cell: (row) => <Name row={row} /> },
            { title: 'Spend', right: true, cell: (row) => money(row.spend) },
            { title: 'Impressions', right: true, cell: (row) => formatCount(row.impressions) },
            { title: 'Clicks', right: true, cell: (row) => formatCount(row.clicks) },
            { title: 'Step 1', right: true, cell: (row) => formatCount(row.bookingStep1) },
            { title: 'Step 2', right: true, cell: (row) => formatCount(row.bookingStep2) },
            { title: 'Step 3', right: true, cell: (row) => formatCount(row.bookingStep3) },
            { title: 'Reservations', right: true, cell: (row) => formatCount(row.reservations) },
            { title: 'Value', right: true, cell: (row) => money(row.reservationValue) },
          ]}
        />
      )}
      <Title order={2} size="h4">
        Are these measured figures?
      </Title>
      <Text size="sm">
        Figures that are measured differ from campaign to campaign. The same value everywhere suggests that a total was
        divided.
      </Text>
      {identical.length > 0 && (
        <Alert color="red" title="The same value everywhere" role="alert">
          {identical.map((each) => each.metric).join(', ')}: every campaign has the same value. Look at the source
          before you use these figures.
        </Alert>
      )}
      <DataTable
        label="Distribution of each metric"
        minWidth={720}
        rows={report.distribution.map((each) => ({ ...each, id: each.metric }))}
        columns={[
          { title: 'Metric', cell: (row) => row.metric },
          { title: 'Verdict', cell: (row) => <Verdict verdict={row.verdict} /> },
          { title: 'Campaigns', right: true, cell: (row) => row.campaigns },
          { title: 'Not zero', right: true, cell: (row) => row.nonZeroCampaigns },
          { title: 'Distinct values', right: true, cell: (row) => row.distinctValues },
          { title: 'Least', right: true, cell: (row) => formatCount(row.min) },
          { title: 'Mean', right: true, cell: (row) => formatCount(row.mean) },
          { title: 'Most', right: true, cell: (row) => formatCount(row.max) },
        ]}
      />
    </Stack>
  );
}

function Name({ row }: { row: { name: string; delivered: boolean } }) {
  return (
    <Group gap={4}>
      {row.name}
      {!row.delivered && (
        <Badge variant="light" color="gray">
          Not delivered
        </Badge>
      )}
    </Group>
  );
}

function Verdict({ verdict }: { verdict: string }) {
  return (
    <Badge color={verdict === 'IDENTICAL' ? 'red' : 'teal'} variant={verdict === 'IDENTICAL' ? 'filled' : 'light'}>
      {formatEnum(verdict)}
    </Badge>
  );
}
