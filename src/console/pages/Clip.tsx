import { useQuery } from '@apollo/client/react';
import { Alert, Anchor, Card, List, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { lazy, Suspense, useCallback } from 'react';
import { Link, useParams } from 'react-router';
import { ClipScreenDocument, type ClipScreenQuery } from '../../../schema/generated/graphql.js';
import { NotFound } from '../app/notices.js';
import { formatEnum, formatPlatform } from '../format/text.js';
import { EntryList } from '../parts/EntryList.js';
import { FigureCard } from '../parts/FigureCard.js';
import { Count, Money, When } from '../parts/figures.js';
import { Page } from '../parts/Page.js';
import { ReadingTable } from '../parts/ReadingTable.js';
import { StatusBadge } from '../parts/StatusBadge.js';
import { useSettlements } from '../parts/settlements.js';
import { Answered, Empty, Loading } from '../parts/states.js';

const ReadingsPlot = lazy(() => import('../parts/ReadingsPlot.js').then((all) => ({ default: all.ReadingsPlot })));

export type Submission = NonNullable<ClipScreenQuery['submission']>;

/** One clip: every reading, and every step of what it earned. */
export function Component() {
  const { id = '' } = useParams();
  const asked = useQuery(ClipScreenDocument, { variables: { submissionId: id }, fetchPolicy: 'cache-and-network' });
  const { data, refetch } = asked;
  const again = useCallback(() => void refetch(), [refetch]);
  useSettlements(data?.submission?.campaign.id ?? null, again);
  return (
    <Answered of={asked}>
      {({ submission }) => (submission ? <Screen submission={submission} /> : <NotFound />)}
    </Answered>
  );
}

function Screen({ submission }: { submission: Submission }) {
  const { clip } = submission;
  return (
    <Page
      title={`${formatPlatform(submission.platform)} clip`}
      actions={<StatusBadge status={clip?.state ?? submission.status} />}
    >
      <Text>
        <Anchor
          href={submission.canonicalUrl}
          target="_blank"
          rel="noreferrer noopener"
          style={{ overflowWrap: 'anywhere' }}
        >
          {submission.canonicalUrl}
        </Anchor>{' '}
        in{' '}
        <Anchor component={Link} to={`/campaigns/${submission.campaign.id}`}>
          {submission.campaign.title}
        </Anchor>
      </Text>
      {submission.rejectionReason && (
        <Text>
          Rejected: {formatEnum(submission.rejectionReason)}
          {submission.rejectionNote ? `. ${submission.rejectionNote}` : ''}
        </Text>
      )}
      <Terms submission={submission} />
      {clip ? <Tracked submission={submission} clip={clip} /> : <Waiting submission={submission} />}
    </Page>
  );
}

function Waiting({ submission }: { submission: Submission }) {
  if (submission.status !== 'PENDING') return <Empty title="This submission is not tracked" />;
  return (
    <Empty title="It waits for a review">
      Submitted <When at={submission.submittedAt} />. Views above the <Count value={submission.initialViews} /> of that
      moment count once it is approved.
    </Empty>
  );
}

function Terms({ submission }: { submission: Submission }) {
  return (
    <List size="sm">
      <List.Item>
        <Money amount={submission.cpm} /> for 1,000 counted views: those above the{' '}
        <Count value={submission.initialViews} /> that it had when it was submitted.
      </List.Item>
      {submission.minViews > 0 && (
        <List.Item>
          Nothing below <Count value={submission.minViews} /> counted views.
        </List.Item>
      )}
      {submission.maxEarnings && (
        <List.Item>
          At most <Money amount={submission.maxEarnings} />.
        </List.Item>
      )}
    </List>
  );
}

function Tracked({ submission, clip }: { submission: Submission; clip: NonNullable<Submission['clip']> }) {
  const readings = clip.readings.edges.map(({ node }) => node);
  return (
    <>
      {clip.whyNotEarning && (
        <Alert color="orange" title="It earns nothing at the moment">
          {clip.whyNotEarning}
        </Alert>
      )}
      {submission.finalEarnings && (
        <Text>
          When its campaign ended it had earned <Money amount={submission.finalEarnings} />.
        </Text>
      )}
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <FigureCard label="Earned" note="The sum of the entries below.">
          <Money amount={clip.earnings} />
        </FigureCard>
        <FigureCard
          label="Counted views"
          note={
            <>
              of <Count value={clip.views} /> views
            </>
          }
        >
          <Count value={clip.countedViews} />
        </FigureCard>
        <FigureCard label="Last read">{clip.lastTrackedAt ? <When at={clip.lastTrackedAt} /> : 'Not yet'}</FigureCard>
      </SimpleGrid>
      <Card withBorder>
        <Title order={2} size="h4" mb="sm">
          Views over time
        </Title>
        {readings.length === 0 ? (
          <Empty title="Not read yet">The next round reads it.</Empty>
        ) : (
          <Suspense fallback={<Loading />}>
            <ReadingsPlot readings={readings} baseline={submission.initialViews} minimum={submission.minViews} />
          </Suspense>
        )}
      </Card>
      <Stack gap="xs">
        <Title order={2} size="h4">
          Why it earned this
        </Title>
        <EntryList entries={clip.earningEntries.edges.map(({ node }) => node)} />
      </Stack>
      <Stack gap="xs">
        <Title order={2} size="h4">
          Readings
        </Title>
        <ReadingTable readings={readings} />
        {clip.readings.totalCount > readings.length && (
          <Text size="sm">
            The newest {readings.length} of {clip.readings.totalCount} readings are shown.
          </Text>
        )}
      </Stack>
    </>
  );
}
