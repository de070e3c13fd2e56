import { useMutation, useQuery } from '@apollo/client/react';
import { Anchor, Card, Group, SimpleGrid, Stack, Tabs, Text, Title } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { Link, useParams } from 'react-router';
import {
  AdminCampaignScreenDocument,
  type AdminCampaignScreenQuery,
  UpdateCampaignDocument,
} from '../../../../schema/generated/graphql.js';
import { NotFound } from '../../app/notices.js';
import { formatEnum, formatInstant, lastDays } from '../../format/text.js';
import { act } from '../../parts/act.js';
import { CampaignActions } from '../../parts/CampaignActions.js';
import { CampaignClips } from '../../parts/CampaignClips.js';
import { CampaignForm, inputOf, localOf } from '../../parts/CampaignForm.js';
import { FigureCard } from '../../parts/FigureCard.js';
import { BudgetBar, Count, Money } from '../../parts/figures.js';
import { useFilters } from '../../parts/filters.js';
import { Page } from '../../parts/Page.js';
import { SpendSync } from '../../parts/SpendSync.js';
import { StatusBadge } from '../../parts/StatusBadge.js';
import { Answered, Loading } from '../../parts/states.js';
import { Runway } from '../Campaign.js';

const EarningsPlot = lazy(() => import('../../parts/plots.js').then((all) => ({ default: all.EarningsPlot })));

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
  return (
    <Answered of={asked}>
      {({ campaign }) => (campaign ? <Screen campaign={campaign} refetch={() => asked.refetch()} /> : <NotFound />)}
    </Answered>
  );
}

function Screen({ campaign, refetch }: { campaign: ManagedCampaign; refetch: () => Promise<unknown> }) {
  const { get, set } = useFilters();
  return (
    <Page title={campaign.title} actions={<StatusBadge status={campaign.status} />}>
      <CampaignActions campaign={campaign} refetch={refetch} />
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
      <Tabs value={get('tab') ?? 'clips'} onChange={(value) => set('tab', value)} keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="clips">Submissions</Tabs.Tab>
          <Tabs.Tab value="figures">Figures</Tabs.Tab>
          <Tabs.Tab value="terms">Terms</Tabs.Tab>
          <Tabs.Tab value="proof">Proof</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="clips" pt="md">
          <CampaignClips campaign={campaign} refetch={refetch} />
        </Tabs.Panel>
        <Tabs.Panel value="figures" pt="md">
          <Figures campaign={campaign} />
        </Tabs.Panel>
        <Tabs.Panel value="terms" pt="md">
          <Terms key={campaign.status} campaign={campaign} refetch={refetch} />
        </Tabs.Panel>
        <Tabs.Panel value="proof" pt="md">
          <Stack>
            <SpendSync campaignId={campaign.id} />
            <Anchor component={Link} to={`/admin/audit?type=Campaign&subject=${campaign.id}`}>
              Who changed what in this campaign
            </Anchor>
          </Stack>
        </Tabs.Panel>
      </Tabs>
    </Page>
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
        <Stack gap={4}>
          {campaign.leaderboard.map((entry) => (
            <Group key={entry.rank} justify="space-between">
              <Text>
                {entry.rank}. {entry.clipper.name}
              </Text>
              <Money amount={entry.earnings} />
            </Group>
          ))}
        </Stack>
      </Card>
    </SimpleGrid>
  );
}

function Terms({ campaign, refetch }: { campaign: ManagedCampaign; refetch: () => Promise<unknown> }) {
  const [update] = useMutation(UpdateCampaignDocument);
  const initial = {
    ...campaign,
    requirements: campaign.requirements.join('\n'),
    maxEarningsPerClip: campaign.maxEarningsPerClip ?? '',
    startsAt: localOf(campaign.startsAt),
    endsAt: localOf(campaign.endsAt),
    adCampaignId: campaign.adCampaignId ?? '',
  };
  const before = inputOf(initial);
  return (
    <CampaignForm
      initial={initial}
      action="Save changes"
      onSubmit={async (values) => {
        const after = inputOf(values);
        // Only what was changed is sent: an open campaign refuses some fields even unchanged.
        const names = Object.keys(after) as (keyof typeof after)[];
        const input = Object.fromEntries(
          names
            .filter((name) => JSON.stringify(after[name]) !== JSON.stringify(before[name]))
            .map((name) => [name, after[name]]),
        );
        await update({ variables: { id: campaign.id, input } });
        await act(refetch, 'Saved. The change is for submissions from now on.');
      }}
    />
  );
}
