import { useQuery } from '@apollo/client/react';
import { Anchor, Card, Group, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { Link } from 'react-router';
import {
  AdminOverviewDocument,
  type AdminOverviewQuery,
  ConsistencyDocument,
} from '../../../../schema/generated/graphql.js';
import { formatEnum, lastDays } from '../../format/text.js';
import { FigureCard } from '../../parts/FigureCard.js';
import { BudgetBar, Count, Money } from '../../parts/figures.js';
import { Page } from '../../parts/Page.js';
import { Answered, Loading } from '../../parts/states.js';

const EarningsPlot = lazy(() => import('../../parts/plots.js').then((all) => ({ default: all.EarningsPlot })));
const ViewsPlot = lazy(() => import('../../parts/plots.js').then((all) => ({ default: all.ViewsPlot })));

type Analytics = AdminOverviewQuery['platformAnalytics'];

const DAYS = 30;

/** What waits for an admin, and how the installation stands. */
export function Component() {
  const [period] = useState(() => lastDays(DAYS));
  const asked = useQuery(AdminOverviewDocument, { variables: period, fetchPolicy: 'cache-and-network' });
  const laws = useQuery(ConsistencyDocument, { variables: { fresh: false } });
  return (
    <Page title="Overview">
      <Answered of={asked}>
        {({ platformAnalytics }) => (
          <>
            <ToDo analytics={platformAnalytics} consistent={laws.data?.consistencyReport.consistent} />
            <Figures analytics={platformAnalytics} />
          </>
        )}
      </Answered>
    </Page>
  );
}

function ToDo({ analytics, consistent }: { analytics: Analytics; consistent: boolean | undefined }) {
  const { submissionCounts, pendingPayoutRequests } = analytics;
  return (
    <SimpleGrid cols={{ base: 1, sm: 3 }}>
      <FigureCard
        label="Submissions to review"
        note={
          <Anchor component={Link} to="/admin/reviews">
            Review them
          </Anchor>
        }
      >
        <Count value={submissionCounts.pending} />
      </FigureCard>
      <FigureCard
        label="Payout requests that are open"
        note={
          <>
            <Money amount={pendingPayoutRequests.amount} /> in all.{' '}
            <Anchor component={Link} to="/admin/payouts">
              Decide on them
            </Anchor>
          </>
        }
      >
        {pendingPayoutRequests.count}
      </FigureCard>
      <FigureCard
        label="Laws"
        note={
          <Anchor component={Link} to="/admin/proof">
            See the proof
          </Anchor>
        }
      >
        {consistent === undefined ? '…' : consistent ? 'All hold' : 'One is broken'}
      </FigureCard>
    </SimpleGrid>
  );
}

function Figures({ analytics }: { analytics: Analytics }) {
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }}>
        <FigureCard label="Earned by all clippers">
          <Money amount={analytics.totalEarnings} />
        </FigureCard>
        <FigureCard label="Views of all clips">
          <Count value={analytics.totalViews} />
        </FigureCard>
        <FigureCard label="Paid out" note={`${analytics.completedPayouts.count} payments`}>
          <Money amount={analytics.completedPayouts.amount} />
        </FigureCard>
        <FigureCard label="Clippers" note={`${analytics.totalUsers} users in all`}>
          <Count value={analytics.totalClippers} />
        </FigureCard>
      </SimpleGrid>
      <Text>
        Campaigns:{' '}
        {analytics.campaignsByStatus
          .map(({ status, count }) => `${count} ${formatEnum(status).toLowerCase()}`)
          .join(', ')}
        .
      </Text>
      <Suspense fallback={<Loading />}>
        <SimpleGrid cols={{ base: 1, md: 2 }}>
          <Card withBorder>
            <Title order={2} size="h4" mb="sm">
              Earned per day
            </Title>
            <EarningsPlot days={analytics.timeline} />
          </Card>
          <Card withBorder>
            <Title order={2} size="h4" mb="sm">
              Views gained per day
            </Title>
            <ViewsPlot days={analytics.timeline} />
          </Card>
        </SimpleGrid>
      </Suspense>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Card withBorder>
          <Title order={2} size="h4" mb="sm">
            Top campaigns
          </Title>
          <Stack>
            {analytics.topCampaigns.map((each) => (
              <Stack key={each.id} gap={4}>
                <Anchor component={Link} to={`/admin/campaigns/${each.id}`}>
                  {each.title}
                </Anchor>
                <BudgetBar spent={each.spent} budget={each.budget} progress={each.progress} />
              </Stack>
            ))}
          </Stack>
        </Card>
        <Card withBorder>
          <Title order={2} size="h4" mb="sm">
            Top clippers
          </Title>
          <Table>
            <Table.Tbody>
              {analytics.topClippers.map((entry) => (
                <Table.Tr key={entry.rank}>
                  <Table.Td>{entry.rank}</Table.Td>
                  <Table.Td>{entry.clipper.name}</Table.Td>
                  <Table.Td ta="right">
                    <Group justify="end">
                      <Money amount={entry.earnings} />
                    </Group>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Card>
      </SimpleGrid>
    </>
  );
}
