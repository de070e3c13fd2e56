import { useMutation, useQuery } from '@apollo/client/react';
import { Anchor, Button, Card, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { Link, useSearchParams } from 'react-router';
import {
  MarkNotificationsReadDocument,
  type NotificationPartsFragment,
  NotificationsScreenDocument,
  ShellDocument,
} from '../../../schema/generated/graphql.js';
import { When } from '../parts/figures.js';
import { MoreButton } from '../parts/MoreButton.js';
import { Page } from '../parts/Page.js';
import { Answered, Empty } from '../parts/states.js';

/** What the reader was notified of, the newest first. */
export function Component() {
  const [search, setSearch] = useSearchParams();
  const unreadOnly = search.get('show') === 'unread';
  const asked = useQuery(NotificationsScreenDocument, { variables: { unreadOnly }, fetchPolicy: 'cache-and-network' });
  const [mark, { loading: marking }] = useMutation(MarkNotificationsReadDocument, {
    refetchQueries: [NotificationsScreenDocument, ShellDocument],
  });
  return (
    <Page
      title="Notifications"
      actions={
        <Button variant="default" loading={marking} onClick={() => void mark({ variables: {} })}>
          Mark all as read
        </Button>
      }
    >
      <Group>
        <SegmentedControl
          aria-label="Which notifications"
          value={unreadOnly ? 'unread' : 'all'}
          onChange={(value) => setSearch(value === 'unread' ? { show: 'unread' } : {}, { replace: true })}
          data={[
            { value: 'all', label: 'All' },
            { value: 'unread', label: 'Unread' },
          ]}
        />
      </Group>
      <Answered of={asked}>
        {({ me }) => {
          const list = me?.notifications;
          if (!list || list.edges.length === 0)
            return <Empty title={unreadOnly ? 'You have read everything' : 'Nothing has happened yet'} />;
          return (
            <>
              <Stack gap="xs">
                {list.edges.map(({ node }) => (
                  <Notice key={node.id} notice={node} onRead={() => void mark({ variables: { ids: [node.id] } })} />
                ))}
              </Stack>
              <MoreButton
                shown={list.edges.length}
                total={list.totalCount}
                hasNextPage={list.pageInfo.hasNextPage}
                loading={asked.loading}
                more={() => void asked.fetchMore({ variables: { after: list.pageInfo.endCursor } })}
              />
            </>
          );
        }}
      </Answered>
    </Page>
  );
}

const ADDRESSES: Record<string, (id: string) => string> = {
  Campaign: (id) => `/campaigns/${id}`,
  ClipSubmission: (id) => `/clips/${id}`,
  PayoutRequest: () => '/payouts',
};

function Notice({ notice, onRead }: { notice: NotificationPartsFragment; onRead: () => void }) {
  const address =
    notice.subjectType && notice.subjectId ? ADDRESSES[notice.subjectType]?.(notice.subjectId) : undefined;
  return (
    <Card withBorder padding="sm" component="article" aria-label={notice.title}>
      <Group justify="space-between" align="start" wrap="nowrap">
        <div>
          <Text fw={notice.readAt ? 400 : 700}>{notice.title}</Text>
          <Text size="sm">{notice.body}</Text>
          <Text size="xs">
            <When at={notice.createdAt} />
            {address && (
              <>
                {' · '}
                <Anchor component={Link} to={address} inherit>
                  Open
                </Anchor>
              </>
            )}
          </Text>
        </div>
        {!notice.readAt && (
          <Button size="xs" variant="subtle" onClick={onRead}>
            Mark as read
          </Button>
        )}
      </Group>
    </Card>
  );
}
