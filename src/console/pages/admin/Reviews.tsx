import { useMutation, useQuery } from '@apollo/client/react';
import { Button, Card, Group, Kbd, Select, Stack, Text } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { type Ref, useEffect, useRef, useState } from 'react';
import {
  ApproveSubmissionsDocument,
  RejectSubmissionDocument,
  ReopenSubmissionDocument,
  ReviewScreenDocument,
  type ReviewScreenQuery,
} from '../../../../schema/generated/graphql.js';
import { formatEnum, formatPlatform } from '../../format/text.js';
import { act } from '../../parts/act.js';
import { oneOf, useFilters } from '../../parts/filters.js';
import { MoreButton } from '../../parts/MoreButton.js';
import { Page } from '../../parts/Page.js';
import { RejectButton } from '../../parts/RejectButton.js';
import { SubmissionEvidence } from '../../parts/SubmissionEvidence.js';
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
    variables: {
      status,
      platform,
      campaignId: get('campaign'),
      // What has waited longest comes first; what is decided is looked up from the newest on.
      orderBy: status === 'PENDING' ? 'SUBMITTED_AT_ASC' : 'SUBMITTED_AT_DESC',
    },
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
        {get('campaign') && (
          <Button variant="default" onClick={() => set('campaign', null)}>
            Show every campaign
          </Button>
        )}
      </Group>
      <Answered of={asked}>
        {({ submissions: { edges, pageInfo, totalCount } }) => (
          <>
            {edges.length === 0 ? (
              <Empty title={status === 'PENDING' ? 'Nothing waits for a review' : 'No submission matches'}>
                {status === 'PENDING' ? 'New submissions appear here.' : 'Change the status or the platform.'}
              </Empty>
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
        <ReviewCard
          key={row.id}
          row={row}
          current={row === current}
          rejecting={rejecting === row.id}
          onRejecting={(on) => setRejecting(on ? row.id : null)}
          chosen={chosen.has(row.id)}
          choose={(on) => choose(row.id, on)}
          loading={loading}
          approve={() => void approveAll([row.id])}
          refetch={refetch}
        />
      ))}
    </Stack>
  );
}

interface CardProps {
  row: Submission;
  /** The one that the keys act on. */
  current: boolean;
  rejecting: boolean;
  onRejecting: (on: boolean) => void;
  chosen: boolean;
  choose: (on: boolean) => void;
  loading: boolean;
  approve: () => void;
  refetch: () => Promise<unknown>;
}

function ReviewCard({ row, current, rejecting, onRejecting, chosen, choose, loading, approve, refetch }: CardProps) {
  const [reject] = useMutation(RejectSubmissionDocument);
  const [reopen] = useMutation(ReopenSubmissionDocument);
  const card = useRef<HTMLElement>(null);
  useEffect(() => {
    if (current) card.current?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  const pending = row.status === 'PENDING';
  return (
    <Card
      ref={card as Ref<HTMLDivElement>}
      withBorder
      component="article"
      aria-current={current}
      style={current ? { borderInlineStart: '4px solid var(--mantine-primary-color-filled)' } : undefined}
    >
      <Group justify="space-between" align="start">
        <SubmissionEvidence row={row} chosen={chosen} choose={choose} />
        <Group gap="xs">
          {pending && (
            <Button size="sm" onClick={approve} loading={loading}>
              Approve
            </Button>
          )}
          {pending && (
            <RejectButton
              opened={rejecting}
              onOpen={onRejecting}
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
                void act(() => reopen({ variables: { id: row.id } }), 'Reopened. It waits for a review again.').then(
                  refetch,
                )
              }
            >
              Reopen
            </Button>
          )}
        </Group>
      </Group>
    </Card>
  );
}
