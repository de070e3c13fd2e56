import { useQuery } from '@apollo/client/react';
import { Anchor, Card, SimpleGrid, Stack, Tabs, Text, Title } from '@mantine/core';
import { lazy, Suspense, useCallback, useState } from 'react';
import { Link, useParams } from 'react-router';
import { AdminCampaignScreenDocument, type AdminCampaignScreenQuery } from '../../../../schema/generated/graphql.js';
import { NotFound } from '../../app/notices.js';
import { formatCount, formatEnum, formatInstant, lastDays } from '../../format/text.js';
import { AuditTable } from '../../parts/AuditTable.js';
import { CampaignActions } from '../../parts/CampaignActions.js';
import { CampaignClips } from '../../parts/CampaignClips.js';
import { CampaignRounds } from '../../parts/CampaignRounds.js';
import { CampaignTerms } from '../../parts/CampaignTerms.js';
import { FigureCard } from '../../parts/FigureCard.js';
import { BudgetBar, Count, Money } from '../../parts/figures.js';
import { useFilters } from '../../parts/filters.js';
import { Leaderboard } from '../../parts/Leaderboard.js';
import { Page } from '../../parts/Page.js';
import { Runway } from '../../parts/Runway.js';
import { SpendSync } from '../../parts/SpendSync.js';
import { StatusBadge } from '../../parts/StatusBadge.js';
import { useSettlements } from '../../parts/settlements.js';
import { Answered, Empty, Loading } from '../../parts/states.js';

const EarningsPlot = lazy(() => import('../../parts/plots.js').then((all) => ({ default: all.EarningsPlot })));
const ViewsPlot = lazy(() => import('../../parts/plots.js').then((all) => ({ default: all.ViewsPlot })));

export type ManagedCampaign = NonNullable<AdminCampaignScreenQuery['campaign']>;

const DAYS = 30;

/** One campaign, for whoever runs it: how it goes, its clips, its terms, its proof. */
export function Component() {
  const { id = '' } = useParams();
  const [period] = useState(() => lastDays(DAYS));
  const asked = useQuery(AdminCampaignScreenDocument, {
    variables: { id, ...period },
    fetchPolicy: 'cache-and-network',
  });
  const { refetch } = asked;
  const again = useCallback(() => refetch(), [refetch]);
  useSettlements(id, again);
  return (
    <Answered of={asked}>
      {({ campaign, auditEvents }) =>
        campaign ? <Screen campaign={campaign} changes={auditEvents} refetch={again} /> : <NotFound />
      }
    </Answered>
  );
}

interface ScreenProps {
  campaign: ManagedCampaign;
  changes: AdminCampaignScreenQuery['auditEvents'];
  refetch: () => Promise<unknown>;
}

function Screen({ campaign, changes, refetch }: ScreenProps) {
  const { get, set } = useFilters();
  return (
    <Page title={campaign.title} actions={<StatusBadge status={campaign.status} />}>
      <CampaignActions campaign={campaign} refetch={refetch} />
      <Progress campaign={campaign} />
      <Tabs value={get('tab') ?? 'clips'} onChange={(value) => set('tab', value)} keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="clips">Submissions</Tabs.Tab>
          <Tabs.Tab value="figures">Figures</Tabs.Tab>
          <Tabs.Tab value="rounds">Rounds</Tabs.Tab>
          <Tabs.Tab value="terms">Terms</Tabs.Tab>
          <Tabs.Tab value="changes">Changes</Tabs.Tab>
          <Tabs.Tab value="proof">Proof</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="clips" pt="md">
          <CampaignClips campaign={campaign} refetch={refetch} />
        </Tabs.Panel>
        <Tabs.Panel value="figures" pt="md">
          <Figures campaign={campaign} />
        </Tabs.Panel>
        <Tabs.Panel value="rounds" pt="md">
          <CampaignRounds rounds={campaign.rounds} />
        </Tabs.Panel>
        <Tabs.Panel value="terms" pt="md">
          <CampaignTerms key={campaign.status} campaign={campaign} refetch={refetch} />
        </Tabs.Panel>
        <Tabs.Panel value="changes" pt="md">
          <Changes campaign={campaign} changes={changes} />
        </Tabs.Panel>
        <Tabs.Panel value="proof" pt="md">
          <Stack>
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <FigureCard label="Actual spent" note="The sum of what its clips have earned.">
                <Money amount={campaign.spent} />
              </FigureCard>
              <FigureCard label="Recorded spent" note="What was written down when it last settled.">
                {campaign.recordedSpent === null ? 'Not recorded' : <Money amount={campaign.recordedSpent} />}
              </FigureCard>
            </SimpleGrid>
            <SpendSync campaignId={campaign.id} onSynced={refetch} />
          </Stack>
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function Progress({ campaign }: { campaign: ManagedCampaign }) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }}>
      <FigureCard label="Spent" note={<BudgetBar {...campaign} />}>
        <Money amount={campaign.spent} />
      </FigureCard>
      <FigureCard label="Left" note={<Runway campaign={campaign} />}>
        <Money amount={campaign.remaining} />
      </FigureCard>
      <FigureCard label="Views" note={`${campaign.clipCount} approved clips`}>
        <Count value={campaign.views} />
      </FigureCard>
      <FigureCard label="Dates" note={campaign.completionReason ? formatEnum(campaign.completionReason) : undefined}>
        <Text size="sm">{datesOf(campaign)}</Text>
      </FigureCard>
    </SimpleGrid>
  );
}

function Changes({ campaign, changes }: Pick<ScreenProps, 'campaign' | 'changes'>) {
  const rows = changes.edges.map(({ node }) => node);
  if (rows.length === 0) return <Empty title="Nothing was changed yet" />;
  return (
    <>
      <AuditTable rows={rows} />
      {changes.totalCount > rows.length && (
        <Anchor component={Link} to={`/admin/audit?type=Campaign&subject=${campaign.id}`}>
          See all {changes.totalCount} changes
        </Anchor>
      )}
    </>
  );
}

function datesOf({ startsAt, endsAt, completedAt }: ManagedCampaign): string {
  const parts = [
    startsAt && `from ${formatInstant(startsAt)}`,
    endsAt && `until ${formatInstant(endsAt)}`,
    completedAt && `ended ${formatInstant(completedAt)}`,
  ];
  return parts.filter(Boolean).join(', ') || 'Until the budget is spent';
}

function Figures({ campaign }: { campaign: ManagedCampaign }) {
  return (
    <Stack>
      <Forecast campaign={campaign} />
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Card withBorder>
          <Title order={2} size="h4" mb="sm">
            Spent per day
          </Title>
          <Suspense fallback={<Loading />}>
            <EarningsPlot days={campaign.timeline} />
          </Suspense>
        </Card>
        <Card withBorder>
          <Title order={2} size="h4" mb="sm">
            Leaderboard
          </Title>
          <Leaderboard entries={campaign.leaderboard} />
        </Card>
      </SimpleGrid>
      <Card withBorder>
        <Title order={2} size="h4" mb="sm">
          Views gained per day
        </Title>
        <Suspense fallback={<Loading />}>
          <ViewsPlot days={campaign.timeline} />
        </Suspense>
      </Card>
    </Stack>
  );
}

function Forecast({ campaign }: { campaign: ManagedCampaign }) {
  const { forecast } = campaign;
  if (!forecast) return <Text>There is a forecast once two rounds have settled.</Text>;
  return (
    <Text>
      Forecast: <Runway campaign={campaign} /> It is based on the last {formatCount(forecast.basedOnDays)} days.
    </Text>
  );
}
