import { useQuery } from '@apollo/client/react';
import { Anchor, Card, Group, SimpleGrid, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import { HomeDocument, type HomeQuery } from '../../../schema/generated/graphql.js';
import { isZero } from '../format/money.js';
import { lastDays } from '../format/text.js';
import { DailyPlots } from '../parts/DailyPlots.js';
import { FigureCard } from '../parts/FigureCard.js';
import { Count, Money } from '../parts/figures.js';
import { Maturing } from '../parts/Maturing.js';
import { Page } from '../parts/Page.js';
import { SubmissionTable } from '../parts/SubmissionTable.js';
import { Answered, Empty } from '../parts/states.js';

const DAYS = 30;

type Me = NonNullable<HomeQuery['me']>;

/** A clipper's first screen: what was earned, where it is now, and what to do next. */
export function Component() {
  const [period] = useState(() => lastDays(DAYS));
  const asked = useQuery(HomeDocument, { variables: period, fetchPolicy: 'cache-and-network' });
  return (
    <Page title="Home">
      <Answered of={asked}>{({ me }) => (me ? <Figures me={me} /> : <Empty title="You are not signed in" />)}</Answered>
    </Page>
  );
}

function Figures({ me }: { me: Me }) {
  return (
    <>
      <NextStep me={me} />
      <EarnedSum me={me} />
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }}>
        <FigureCard label="Available" note="Of ended campaigns, less payouts and open requests.">
          <Money amount={me.availableBalance} />
        </FigureCard>
        <Maturing amount={me.maturingEarnings} nextAt={me.nextAvailableAt} />
        <FigureCard
          label="Payable now"
          note={
            isZero(me.payable) ? (
              'In whole cents, from the minimum on, with no request open.'
            ) : (
              <Anchor component={Link} to="/payouts">
                Request a payout
              </Anchor>
            )
          }
        >
          <Money amount={me.payable} />
        </FigureCard>
        <FigureCard
          label="Paid out"
          note={
            <>
              <Money amount={me.pendingPayouts} /> requested and not paid yet
            </>
          }
        >
          <Money amount={me.paidOut} />
        </FigureCard>
      </SimpleGrid>
      <DailyPlots days={me.timeline} />
      <Group justify="space-between">
        <Title order={2} size="h4">
          Latest clips
        </Title>
        <Text size="sm">
          <Count value={me.totalViews} /> views in all
        </Text>
      </Group>
      {me.submissions.edges.length === 0 ? (
        <Empty title="No clips yet" to="/campaigns" action="Find a campaign">
          Choose a campaign, post a clip, and submit its link.
        </Empty>
      ) : (
        <SubmissionTable rows={me.submissions.edges.map(({ node }) => node)} />
      )}
    </>
  );
}

/** What was earned as the sum that it is. */
function EarnedSum({ me }: { me: Me }) {
  return (
    <Card withBorder component="section" aria-label="Earned">
      <Group gap="md" align="end">
        <Term label="Earned" amount={me.totalEarned} strong />
        <Text size="xl">=</Text>
        <Term
          label={me.activeCampaignCount === 1 ? 'In 1 open campaign' : `In ${me.activeCampaignCount} open campaigns`}
          amount={me.activeCampaignEarnings}
        />
        <Text size="xl">+</Text>
        <Term label="In ended campaigns" amount={me.completedCampaignEarnings} />
      </Group>
    </Card>
  );
}

function Term({ label, amount, strong = false }: { label: string; amount: string; strong?: boolean }) {
  return (
    <div>
      <Text size="sm">{label}</Text>
      <Text size="xl" fw={strong ? 700 : 500}>
        <Money amount={amount} />
      </Text>
    </div>
  );
}

/** The one thing that is worth doing now. */
function NextStep({ me }: { me: Me }) {
  if (!isZero(me.payable))
    return (
      <Text>
        You can be paid <Money amount={me.payable} fw={600} />.{' '}
        <Anchor component={Link} to="/payouts">
          Request a payout
        </Anchor>
      </Text>
    );
  if (me.submissionCounts.total === 0)
    return (
      <Text>
        Start here:{' '}
        <Anchor component={Link} to="/campaigns">
          choose a campaign
        </Anchor>
        , post a clip, submit its link.
      </Text>
    );
  if (me.submissionCounts.pending > 0)
    return (
      <Text>{me.submissionCounts.pending} of your clips wait for a review. They earn from their approval on.</Text>
    );
  return (
    <Text>
      Your clips are tracked. New views become money at the next round.{' '}
      <Anchor component={Link} to="/campaigns">
        Find another campaign
      </Anchor>
    </Text>
  );
}
