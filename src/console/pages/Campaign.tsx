import { useQuery } from '@apollo/client/react';
import { Badge, Button, Card, Group, List, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { lazy, Suspense, useCallback, useState } from 'react';
import { Link, useLocation, useParams } from 'react-router';
import { CampaignPageDocument, type CampaignPageQuery } from '../../../schema/generated/graphql.js';
import { NotFound } from '../app/notices.js';
import { useMe } from '../app/settings.js';
import { formatInstant, formatPlatform, lastDays } from '../format/text.js';
import { FigureCard } from '../parts/FigureCard.js';
import { BudgetBar, Count, Money } from '../parts/figures.js';
import { Leaderboard } from '../parts/Leaderboard.js';
import { MyClips } from '../parts/MyClips.js';
import { Page } from '../parts/Page.js';
import { Runway } from '../parts/Runway.js';
import { StatusBadge } from '../parts/StatusBadge.js';
import { SubmitClip } from '../parts/SubmitClip.js';
import { useSettlements } from '../parts/settlements.js';
import { Answered, Loading } from '../parts/states.js';

const EarningsPlot = lazy(() => import('../parts/plots.js').then((all) => ({ default: all.EarningsPlot })));

type Campaign = NonNullable<CampaignPageQuery['campaign']>;

const DAYS = 30;

/** One campaign: what it pays and asks for, who earns most, and the reader's own clips in it. */
export function Component() {
  const { id = '' } = useParams();
  const [period] = useState(() => lastDays(DAYS));
  const asked = useQuery(CampaignPageDocument, { variables: { id, ...period }, fetchPolicy: 'cache-and-network' });
  const me = useMe();
  const { data, refetch } = asked;
  const again = useCallback(() => void refetch(), [refetch]);
  const mine = me !== null && (data?.campaign?.submissions.totalCount ?? 0) > 0;
  useSettlements(mine ? id : null, again);
  return (
    <Answered of={asked}>
      {({ campaign }) => (campaign ? <Screen campaign={campaign} refetch={again} /> : <NotFound />)}
    </Answered>
  );
}

function Screen({ campaign, refetch }: { campaign: Campaign; refetch: () => void }) {
  const me = useMe();
  return (
    <Page title={campaign.title} actions={<StatusBadge status={campaign.status} />}>
      <Text>{campaign.description}</Text>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }}>
        <FigureCard label="Pay for 1,000 views">
          <Money amount={campaign.cpm} />
        </FigureCard>
        <FigureCard label="Left of the budget" note={<Runway campaign={campaign} />}>
          <Money amount={campaign.remaining} />
        </FigureCard>
        <FigureCard label="Views of all clips" note={`${campaign.clipCount} approved clips`}>
          <Count value={campaign.views} />
        </FigureCard>
        <FigureCard label="Ends">
          {campaign.endsAt ? formatInstant(campaign.endsAt) : 'When the budget is spent'}
        </FigureCard>
      </SimpleGrid>
      <BudgetBar {...campaign} />
      <Terms campaign={campaign} />
      {!me && campaign.status === 'ACTIVE' && <SignInFirst />}
      {me && campaign.status === 'ACTIVE' && <SubmitClip campaign={campaign} onSubmitted={refetch} />}
      {me && (
        <Stack gap="xs">
          <Title order={2} size="h4">
            My clips
          </Title>
          <MyClips rows={campaign.submissions.nodes} onChanged={refetch} />
        </Stack>
      )}
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Card withBorder>
          <Title order={2} size="h4" mb="sm">
            Leaderboard
          </Title>
          <Leaderboard entries={campaign.leaderboard} />
        </Card>
        <Card withBorder>
          <Title order={2} size="h4" mb="sm">
            Paid per day
          </Title>
          <Suspense fallback={<Loading />}>
            <EarningsPlot days={campaign.timeline} />
          </Suspense>
        </Card>
      </SimpleGrid>
    </Page>
  );
}

function Terms({ campaign }: { campaign: Campaign }) {
  return (
    <Card withBorder>
      <Title order={2} size="h4" mb="sm">
        Rules
      </Title>
      <Group gap={4} mb="sm">
        {campaign.platforms.map((each) => (
          <Badge key={each} variant="default">
            {formatPlatform(each)}
          </Badge>
        ))}
      </Group>
      <List>
        <List.Item>
          {campaign.minViews > 0 ? (
            <>
              A clip earns from <Count value={campaign.minViews} /> counted views on. From then on all of them pay.
            </>
          ) : (
            'A clip earns from its first counted view on.'
          )}
        </List.Item>
        <List.Item>
          {campaign.maxEarningsPerClip ? (
            <>
              A clip earns at most <Money amount={campaign.maxEarningsPerClip} />.
            </>
          ) : (
            'A clip may earn whatever the budget holds.'
          )}
        </List.Item>
        {campaign.requirements.map((each) => (
          <List.Item key={each}>{each}</List.Item>
        ))}
      </List>
    </Card>
  );
}

function SignInFirst() {
  const { pathname } = useLocation();
  return (
    <Group>
      <Button component={Link} to="/sign-in" state={{ from: pathname }}>
        Sign in to submit a clip
      </Button>
    </Group>
  );
}
