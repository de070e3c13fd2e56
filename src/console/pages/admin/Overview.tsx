import { useQuery } from '@apollo/client/react';
import { Anchor, Card, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import {
  AdminOverviewDocument,
  type AdminOverviewQuery,
  ConsistencyDocument,
  type ConsistencyQuery,
} from '../../../../schema/generated/graphql.js';
import { formatEnum, lastDays } from '../../format/text.js';
import { DailyPlots } from '../../parts/DailyPlots.js';
import { FigureCard } from '../../parts/FigureCard.js';
import { BudgetBar, Count, Money } from '../../parts/figures.js';
import { Leaderboard } from '../../parts/Leaderboard.js';
import { Page } from '../../parts/Page.js';
import { Answered, Empty } from '../../parts/states.js';
import { Troubles, troublesOf } from '../../parts/Troubles.js';

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
        {({ platformAnalytics, me }) => {
          const troubles = troublesOf(me);
          return (
            <>
              <ToDo analytics={platformAnalytics} troubles={troubles.length} laws={laws} />
              <Troubles notices={troubles} refetch={() => asked.refetch()} />
              <Figures analytics={platformAnalytics} />
            </>
          );
        }}
      </Answered>
    </Page>
  );
}

interface ToDoProps {
  analytics: Analytics;
  troubles: number;
  laws: { data?: ConsistencyQuery; error?: unknown };
}

function ToDo({ analytics, troubles, laws }: ToDoProps) {
  const { submissionCounts, pendingPayoutRequests } = analytics;
  const { pending } = submissionCounts;
  return (
    <Stack gap="xs" component="section" aria-label="To do">
      <Title order={2} size="h4">
        To do
      </Title>
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }}>
        <FigureCard
          label="Submissions to review"
          note={pending === 0 ? 'Every submission is reviewed.' : <To to="/admin/reviews">Review them</To>}
        >
          <Count value={pending} />
        </FigureCard>
        <FigureCard
          label="Open payout requests"
          note={
            <>
              <Money amount={pendingPayoutRequests.amount} /> in all. <To to="/admin/payouts">Decide on them</To>
            </>
          }
        >
          <Count value={pendingPayoutRequests.count} />
        </FigureCard>
        <FigureCard
          label="Troubles not read"
          note={troubles === 0 ? 'Tracking runs as it should.' : <Anchor href="#troubles">See them below</Anchor>}
        >
          <Count value={troubles} />
        </FigureCard>
        <FigureCard label="Laws" note={<To to="/admin/proof">See the proof</To>}>
          {stateOfLaws(laws)}
        </FigureCard>
      </SimpleGrid>
    </Stack>
  );
}

function stateOfLaws({ data, error }: ToDoProps['laws']): string {
  if (error) return 'Not checked';
  if (!data) return '…';
  const broken = data.consistencyReport.laws.filter((each) => each.violations > 0).length;
  return broken === 0 ? 'All hold' : `${broken} broken`;
}

function To({ to, children }: { to: string; children: ReactNode }) {
  return (
    <Anchor component={Link} to={to}>
      {children}
    </Anchor>
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
      <DailyPlots days={analytics.timeline} />
      <Top analytics={analytics} />
    </>
  );
}

function Top({ analytics }: { analytics: Analytics }) {
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      <Card withBorder>
        <Title order={2} size="h4" mb="sm">
          Top campaigns
        </Title>
        {analytics.topCampaigns.length === 0 && (
          <Empty title="No campaign yet" to="/admin/campaigns/new" action="New campaign" />
        )}
        <Stack>
          {analytics.topCampaigns.map((each) => (
            <Stack key={each.id} gap={4}>
              <To to={`/admin/campaigns/${each.id}`}>{each.title}</To>
              <BudgetBar spent={each.spent} budget={each.budget} progress={each.progress} />
            </Stack>
          ))}
        </Stack>
      </Card>
      <Card withBorder>
        <Title order={2} size="h4" mb="sm">
          Top clippers
        </Title>
        <Leaderboard entries={analytics.topClippers} />
      </Card>
    </SimpleGrid>
  );
}
