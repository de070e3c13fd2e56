import { useMutation, useQuery } from '@apollo/client/react';
import { Badge, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import {
  SetUserRoleDocument,
  SuspendUserDocument,
  UnsuspendUserDocument,
  UsersScreenDocument,
  type UsersScreenQuery,
} from '../../../../schema/generated/graphql.js';
import { useMe } from '../../app/settings.js';
import { formatDay, formatEnum } from '../../format/text.js';
import { act, ConfirmButton } from '../../parts/act.js';
import { DataTable } from '../../parts/DataTable.js';
import { Erase } from '../../parts/Erase.js';
import { Count, Money } from '../../parts/figures.js';
import { oneOf, useFilters } from '../../parts/filters.js';
import { MoreButton } from '../../parts/MoreButton.js';
import { Page } from '../../parts/Page.js';
import { Answered, Empty } from '../../parts/states.js';

type User = UsersScreenQuery['users']['edges'][number]['node'];

const ROLES = ['CLIPPER', 'ADMIN'] as const;

/** Everybody who has signed in: their figures, their role, and whether they are suspended. */
export function Component() {
  const { get, set } = useFilters();
  const changeSearch = useDebouncedCallback((value: string) => set('search', value), 300);
  const role = oneOf(ROLES, get('role'));
  const asked = useQuery(UsersScreenDocument, {
    variables: { search: get('search'), role },
    fetchPolicy: 'cache-and-network',
  });
  return (
    <Page title="Users">
      <Group align="end">
        <TextInput
          label="Name or e-mail"
          defaultValue={get('search') ?? ''}
          onChange={(event) => changeSearch(event.currentTarget.value)}
        />
        <Select
          label="Role"
          clearable
          data={ROLES.map((value) => ({ value, label: formatEnum(value) }))}
          value={role ?? null}
          onChange={(value) => set('role', value)}
        />
      </Group>
      <Answered of={asked}>
        {({ users: { edges, pageInfo, totalCount } }) => (
          <>
            {edges.length === 0 ? (
              <Empty title="Nobody matches">
                Change the search or the role. People appear when they first sign in.
              </Empty>
            ) : (
              <DataTable
                label="Users"
                minWidth={860}
                rows={edges.map(({ node }) => node)}
                columns={[
                  { title: 'User', cell: (row) => <Person user={row} /> },
                  { title: 'Since', cell: (row) => formatDay(row.createdAt) },
                  { title: 'Approved clips', right: true, cell: (row) => <Clips user={row} /> },
                  { title: 'Earned', right: true, cell: (row) => <Money amount={row.totalEarned} /> },
                  { title: 'Balance', right: true, cell: (row) => <Balance user={row} /> },
                  {
                    title: 'Actions',
                    hiddenTitle: true,
                    cell: (row) => <Actions user={row} refetch={() => asked.refetch()} />,
                  },
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

function Clips({ user }: { user: User }) {
  return (
    <Stack gap={2} align="end">
      <Count value={user.submissionCounts.approved} />
      <Text size="xs">
        <Count value={user.totalViews} /> views
      </Text>
      <Text size="xs">
        {user.submissionCounts.pending} pending, {user.submissionCounts.rejected} rejected
      </Text>
    </Stack>
  );
}

function Balance({ user }: { user: User }) {
  return (
    <Stack gap={2} align="end">
      <Money amount={user.availableBalance} />
      <Text size="xs">
        <Money amount={user.pendingPayouts} /> requested
      </Text>
      <Text size="xs">
        <Money amount={user.paidOut} /> paid out
      </Text>
    </Stack>
  );
}

function Person({ user }: { user: User }) {
  return (
    <Stack gap={2} align="start">
      <Text size="sm" fw={600}>
        {user.name}
      </Text>
      <Text size="xs">{user.email}</Text>
      <Group gap={4}>
        {user.role === 'ADMIN' && <Badge variant="light">Admin</Badge>}
        {user.suspendedAt && (
          <Badge color="red" variant="light">
            Suspended
          </Badge>
        )}
      </Group>
    </Stack>
  );
}

function Actions({ user, refetch }: { user: User; refetch: () => Promise<unknown> }) {
  const me = useMe();
  const [setRole] = useMutation(SetUserRoleDocument);
  const [suspend] = useMutation(SuspendUserDocument);
  const [unsuspend] = useMutation(UnsuspendUserDocument);
  if (user.id === me?.id) return <Text size="xs">You</Text>;
  const { id, name } = user;
  const admin = user.role === 'ADMIN';
  const role = admin ? 'CLIPPER' : 'ADMIN';
  const then = (work: () => Promise<unknown>, done: string) => act(work, done).then(refetch);
  return (
    <Group gap="xs" maw={230}>
      <ConfirmButton
        size="xs"
        label={admin ? 'Make a clipper' : 'Make an admin'}
        title={`Change the role of ${name}`}
        onConfirm={() =>
          then(() => setRole({ variables: { id, role } }), `${name} is ${admin ? 'a clipper' : 'an admin'} now.`)
        }
      >
        {admin ? 'They lose every right of an admin.' : 'They can review, pay and manage campaigns and users.'}
      </ConfirmButton>
      {user.suspendedAt ? (
        <Button
          size="xs"
          variant="default"
          onClick={() => void then(() => unsuspend({ variables: { id } }), `${name} can sign in again.`)}
        >
          Lift suspension
        </Button>
      ) : (
        <ConfirmButton
          size="xs"
          label="Suspend"
          title={`Suspend ${name}`}
          typed={name}
          onConfirm={() => then(() => suspend({ variables: { id } }), `${name} is suspended.`)}
        >
          They are refused from now on. Their clips stay and earn, and their requests can only be rejected.
        </ConfirmButton>
      )}
      <Erase size="xs" id={id} name={name} label="Erase" own={false} onErased={refetch} />
    </Group>
  );
}
