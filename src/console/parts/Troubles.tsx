import { useMutation } from '@apollo/client/react';
import { Anchor, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { Link } from 'react-router';
import { type AdminOverviewQuery, MarkNotificationsReadDocument } from '../../../schema/generated/graphql.js';
import { act } from './act.js';
import { When } from './figures.js';

type Notice = NonNullable<AdminOverviewQuery['me']>['notifications']['edges'][number]['node'];

/** What an admin was told of that wants looking at. */
const KINDS = new Set(['TRACKING_TROUBLE', 'LAW_BROKEN']);

export const troublesOf = (me: AdminOverviewQuery['me']): Notice[] =>
  me?.notifications.edges.map(({ node }) => node).filter(({ type, readAt }) => KINDS.has(type) && !readAt) ?? [];

const ADDRESSES: Record<string, (id: string) => string> = {
  Campaign: (id) => `/admin/campaigns/${id}`,
  ClipSubmission: (id) => `/clips/${id}`,
  TrackingRun: (id) => `/admin/tracking/${id}`,
};

/** Troubles that nobody has dealt with, the newest first. */
export function Troubles({ notices, refetch }: { notices: readonly Notice[]; refetch: () => Promise<unknown> }) {
  const [mark, { loading }] = useMutation(MarkNotificationsReadDocument);
  if (notices.length === 0) return null;
  const settle = (ids: string[]) =>
    void act(() => mark({ variables: { ids } }), ids.length === 1 ? 'Marked as read.' : 'All marked as read.').then(
      refetch,
    );
  return (
    <Card withBorder component="section" aria-label="Troubles" id="troubles">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4">
          Troubles
        </Title>
        {notices.length > 1 && (
          <Button size="xs" variant="default" loading={loading} onClick={() => settle(notices.map(({ id }) => id))}>
            Mark these as read
          </Button>
        )}
      </Group>
      <Stack gap="sm">
        {notices.map((notice) => (
          <Group key={notice.id} justify="space-between" align="start">
            <div>
              <Text fw={600}>{notice.title}</Text>
              <Text size="sm">{notice.body}</Text>
              <Text size="xs">
                <When at={notice.createdAt} />
                <Open notice={notice} />
              </Text>
            </div>
            <Button size="xs" variant="subtle" loading={loading} onClick={() => settle([notice.id])}>
              Mark as read
            </Button>
          </Group>
        ))}
      </Stack>
    </Card>
  );
}

function Open({ notice }: { notice: Notice }) {
  const address = notice.subjectId ? ADDRESSES[notice.subjectType ?? '']?.(notice.subjectId) : undefined;
  if (!address) return null;
  return (
    <>
      {' · '}
      <Anchor component={Link} to={address} inherit>
        Open
      </Anchor>
    </>
  );
}
