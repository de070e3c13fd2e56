import { useMutation, useQuery } from '@apollo/client/react';
import { Anchor, Button, Card, Checkbox, Group, Kbd, List, Select, Stack, Text } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useState } from 'react';
import { Link } from 'react-router';
import {
  ApproveSubmissionsDocument,
  RejectSubmissionDocument,
  ReopenSubmissionDocument,
  ReviewScreenDocument,
  type ReviewScreenQuery,
} from '../../../../schema/generated/graphql.js';
import { formatEnum, formatPlatform } from '../../format/text.js';
import { act } from '../../parts/act.js';
import { Count, Money, When } from '../../parts/figures.js';
import { oneOf, useFilters } from '../../parts/filters.js';
import { MoreButton } from '../../parts/MoreButton.js';
import { Page } from '../../parts/Page.js';
import { RejectButton } from '../../parts/RejectButton.js';
import { StatusBadge } from '../../parts/StatusBadge.js';
import { Answered, Empty } from '../../parts/states.js';

type Submission = ReviewScreenQuery['submissions']['edges'][number]['node'];

const STATUSES = ['PENDING', 'APPROVED', 'REJECTED', 'WITHDRAWN'] as const;
const PLATFORMS = ['TIKTOK', 'YOUTUBE', 'INSTAGRAM'] as const;

/** What clippers submitted, to be approved or rejected: j and k move, a approves, r rejects. */
export function Component() {
  const { get, set } = useFilters();
  const status = oneOf(STATUSES, get('status')) ?? 'PENDING';
  const platform = oneOf(PLATFORMS, get('platform'));
  const asked = useQuery(ReviewScreenDocument, {
    variables: { status, platform, campaignId: get('campaign') },
    fetchPolicy: 'cache-and-network',
  });
  return (
    <Page title="Reviews">
      <Group align="end">
        <Select
          label="Status"
          allowDeselect={false}
          data={STATUSES.map((value) => ({ value, label: formatEnum(value) }))}
          value={status}
          onChange={(value) => set('status', value)}
        />
        <Select
          label="Platform"
          clearable
          data={PLATFORMS.map((value) => ({ value, label: formatPlatform(value) }))}
          value={platform ?? null}
          onChange={(value) => set('platform', value)}
        />
      </Group>
      <Answered of={asked}>
        {({ submissions: { edges, pageInfo, totalCount } }) => (
          <>
            {edges.length === 0 ? (
              <Empty title="Nothing waits here" />
            ) : (
              <Queue key={status} rows={edges.map(({ node }) => node)} refetch={() => asked.refetch()} />
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

function Queue({ rows, refetch }: { rows: readonly Submission[]; refetch: () => Promise<unknown> }) {
  const [at, setAt] = useState(0);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [rejecting, setRejecting] = useState<string | null>(null);
  const [approve, { loading }] = useMutation(ApproveSubmissionsDocument);
  const [reject] = useMutation(RejectSubmissionDocument);
  const [reopen] = useMutation(ReopenSubmissionDocument);
  const current = rows[Math.min(at, rows.length - 1)];
  const approveAll = async (ids: string[]) => {
    const done = ids.length === 1 ? 'Approved. It is tracked from now on.' : `${ids.length} submissions approved.`;
    if (await act(() => approve({ variables: { ids } }), done)) setChosen(new Set());
    await refetch();
  };
  useHotkeys([
    ['j', () => setAt((index) => Math.min(index + 1, rows.length - 1))],
    ['k', () => setAt((index) => Math.max(index - 1, 0))],
    ['a', () => current?.status === 'PENDING' && void approveAll([current.id])],
    ['r', () => current?.status === 'PENDING' && setRejecting(current.id)],
  ]);
  const choose = (id: string, on: boolean) =>
    setChosen((before) => new Set(on ? [...before, id] : [...before].filter((each) => each !== id)));
  return (
    <Stack>
      <Group justify="space-between">
        <Text size="sm">
          <Kbd>j</Kbd> next, <Kbd>k</Kbd> previous, <Kbd>a</Kbd> approve, <Kbd>r</Kbd> reject
        </Text>
        <Button disabled={chosen.size === 0} loading={loading} onClick={() => void approveAll([...chosen])}>
          Approve {chosen.size} chosen
        </Button>
      </Group>
      {rows.map((row) => (
        <Card
          key={row.id}
          withBorder
          component="article"
          aria-current={row === current}
          shadow={row === current ? 'md' : undefined}
        >
          <Group justify="space-between" align="start">
            <Evidence row={row} chosen={chosen.has(row.id)} choose={(on) => choose(row.id, on)} />
            <Group gap="xs">
              {row.status === 'PENDING' && (
                <Button size="sm" onClick={() => void approveAll([row.id])} loading={loading}>
                  Approve
                </Button>
              )}
              {row.status === 'PENDING' && (
                <RejectButton
                  opened={rejecting === row.id}
                  onOpen={(on) => setRejecting(on ? row.id : null)}
                  onReject={async (input) => {
                    const done = await act(
                      () => reject({ variables: { id: row.id, input } }),
                      'Rejected. The clipper is notified.',
                    );
                    await refetch();
                    return done;
                  }}
                />
              )}
              {row.status === 'REJECTED' && (
                <Button
                  size="sm"
                  variant="default"
                  onClick={() =>
                    void act(
                      () => reopen({ variables: { id: row.id } }),
                      'Reopened. It waits for a review again.',
                    ).then(refetch)
                  }
                >
                  Reopen
                </Button>
              )}
            </Group>
          </Group>
        </Card>
      ))}
    </Stack>
  );
}

function Evidence({ row, chosen, choose }: { row: Submission; chosen: boolean; choose: (on: boolean) => void }) {
  return (
    <Stack gap={4}>
      <Group gap="xs">
        {row.status === 'PENDING' && (
          <Checkbox
            checked={chosen}
            onChange={(event) => choose(event.currentTarget.checked)}
            aria-label={`Choose the ${formatPlatform(row.platform)} clip ${row.videoId}`}
          />
        )}
        <Anchor href={row.canonicalUrl} target="_blank" rel="noreferrer noopener">
          {formatPlatform(row.platform)} {row.videoId}
        </Anchor>
        <StatusBadge status={row.status} />
      </Group>
      <Text size="sm">
        by {row.clipper?.name ?? 'Clipper'} for{' '}
        <Anchor component={Link} to={`/admin/campaigns/${row.campaign.id}`}>
          {row.campaign.title}
        </Anchor>
        , <When at={row.submittedAt} />. <Count value={row.initialViews} /> views when submitted;{' '}
        <Money amount={row.cpm} /> for 1,000.
      </Text>
      {row.rejectionReason && (
        <Text size="sm">
          {formatEnum(row.rejectionReason)}
          {row.rejectionNote ? `: ${row.rejectionNote}` : ''}
        </Text>
      )}
      {row.campaign.requirements.length > 0 && (
        <List size="sm">
          {row.campaign.requirements.map((each) => (
            <List.Item key={each}>{each}</List.Item>
          ))}
        </List>
      )}
    </Stack>
  );
}
