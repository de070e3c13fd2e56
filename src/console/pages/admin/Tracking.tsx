import { useLazyQuery, useMutation, useQuery, useSubscription } from '@apollo/client/react';
import { Alert, Anchor, Button, Card, Group, Progress, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import {
  ProbeViewsDocument,
  StartTrackingRunDocument,
  TrackingRunProgressDocument,
  TrackingScreenDocument,
  type TrackingScreenQuery,
} from '../../../../schema/generated/graphql.js';
import { problemOf } from '../../api/errors.js';
import { formatDay, formatEnum, formatPlatform } from '../../format/text.js';
import { act } from '../../parts/act.js';
import { DataTable } from '../../parts/DataTable.js';
import { FigureCard } from '../../parts/FigureCard.js';
import { Count, Money, When } from '../../parts/figures.js';
import { MoreButton } from '../../parts/MoreButton.js';
import { Page } from '../../parts/Page.js';
import { StatusBadge } from '../../parts/StatusBadge.js';
import { Answered, Empty } from '../../parts/states.js';

type Run = TrackingScreenQuery['trackingRuns']['edges'][number]['node'];

/** Runs with their progress, what the source was asked for, and a test of one link. */
export function Component() {
  const asked = useQuery(TrackingScreenDocument, { fetchPolicy: 'cache-and-network' });
  const [start, { loading }] = useMutation(StartTrackingRunDocument);
  const startRun = async () => {
    await act(() => start({ variables: {} }), 'A run has started. It reads every campaign that fits its allowance.');
    await asked.refetch();
  };
  return (
    <Page
      title="Tracking"
      actions={
        <Button onClick={() => void startRun()} loading={loading}>
          Start a run
        </Button>
      }
    >
      <Answered of={asked}>
        {({ trackingRuns: { edges, pageInfo, totalCount }, sourceUsage }) => (
          <>
            <Usage usage={sourceUsage} />
            <Probe />
            {edges.length === 0 ? (
              <Empty title="No run yet">The schedule starts one, or you do.</Empty>
            ) : (
              <DataTable
                label="Tracking runs"
                minWidth={820}
                rows={edges.map(({ node }) => node)}
                columns={[
                  { title: 'Started', cell: (row) => <RunLink run={row} /> },
                  { title: 'Status', cell: (row) => <StatusBadge status={row.status} /> },
                  { title: 'Clips read', cell: (row) => <RunProgress run={row} onEnd={() => void asked.refetch()} /> },
                  { title: 'Failed', right: true, cell: (row) => <Count value={row.clipsFailed} /> },
                  { title: 'Paid', right: true, cell: (row) => <Money amount={row.earningsAdded} /> },
                  { title: 'Campaigns completed', right: true, cell: (row) => row.campaignsCompleted },
                ]}
              />
            )}
            <MoreButton
              shown={edges.length}
              total={totalCount}
              hasNextPage={pageInfo.hasNextPage}
              loading={asked.loading}
              more={() => void asked.fetchMore({ variables: { after: pageInfo.endCursor } })}
            />
          </>
        )}
      </Answered>
    </Page>
  );
}

function RunLink({ run }: { run: Run }) {
  return (
    <Stack gap={0}>
      <Anchor component={Link} to={`/admin/tracking/${run.id}`}>
        <When at={run.startedAt} />
      </Anchor>
      <Text size="xs">{formatEnum(run.trigger)}</Text>
      {run.error && <Text size="xs">{run.error}</Text>}
    </Stack>
  );
}

/** The bar of a run that is going moves by itself. */
export function RunProgress({
  run,
  onEnd,
}: {
  run: Pick<Run, 'id' | 'status' | 'clipsPlanned' | 'clipsRead'>;
  onEnd: () => void;
}) {
  const running = run.status === 'RUNNING';
  const { data } = useSubscription(TrackingRunProgressDocument, {
    variables: { id: run.id },
    skip: !running,
    onData: ({ data: event }) => {
      if (event.data && event.data.trackingRunProgress.status !== 'RUNNING') onEnd();
    },
  });
  const { clipsPlanned, clipsRead } = data?.trackingRunProgress ?? run;
  return (
    <Stack gap={2}>
      {running && (
        <Progress
          value={clipsPlanned === 0 ? 0 : (clipsRead / clipsPlanned) * 100}
          animated
          aria-label="Clips read so far"
        />
      )}
      <Text size="sm">
        <Count value={clipsRead} /> of <Count value={clipsPlanned} />
      </Text>
    </Stack>
  );
}

function Usage({ usage }: { usage: TrackingScreenQuery['sourceUsage'] }) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 3 }}>
      <FigureCard label={`Readings bought since ${formatDay(usage.month)}`}>
        <Count value={usage.readings} />
      </FigureCard>
      <FigureCard
        label="Allowance of the month"
        note={usage.allowance === null ? 'APIFY_MONTHLY_READINGS is not set.' : undefined}
      >
        {usage.allowance === null ? (
          'No limit'
        ) : (
          <>
            <Count value={usage.allowance} />
            <Progress
              value={usage.allowance === 0 ? 100 : (usage.readings / usage.allowance) * 100}
              color={usage.readings >= usage.allowance ? 'red' : undefined}
              aria-label="Part of the allowance that is used"
            />
          </>
        )}
      </FigureCard>
      <FigureCard label="Source runs">
        <Count value={usage.runs} />
      </FigureCard>
    </SimpleGrid>
  );
}

/** Reads one link now and stores nothing: the test of the source. */
function Probe() {
  const [url, setUrl] = useState('');
  const [probe, { data, error, loading }] = useLazyQuery(ProbeViewsDocument, { fetchPolicy: 'no-cache' });
  const result = data?.probeViews;
  return (
    <Card withBorder>
      <Title order={2} size="h4" mb="sm">
        Test the source
      </Title>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void probe({ variables: { url } });
        }}
      >
        <Group align="end">
          <TextInput
            label="Link of a clip"
            description="Its views are read now. Nothing is stored."
            value={url}
            onChange={(event) => setUrl(event.currentTarget.value)}
            flex={1}
          />
          <Button type="submit" loading={loading} disabled={!url.trim()}>
            Read
          </Button>
        </Group>
      </form>
      {error && (
        <Alert color="red" mt="sm" role="alert">
          {problemOf(error).message}
        </Alert>
      )}
      {result && (
        <Text mt="sm" role="status">
          {formatPlatform(result.platform)} {result.videoId}: {formatEnum(result.outcome)}
          {result.views === null ? '' : `, ${result.views} views`}
        </Text>
      )}
    </Card>
  );
}
