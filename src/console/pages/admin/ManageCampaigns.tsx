import { useQuery } from '@apollo/client/react';
import { Anchor, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { Link } from 'react-router';
import { AdminCampaignsScreenDocument } from '../../../../schema/generated/graphql.js';
import { formatEnum, formatPlatform } from '../../format/text.js';
import { DataTable } from '../../parts/DataTable.js';
import { BudgetBar, Money, When } from '../../parts/figures.js';
import { oneOf, useFilters } from '../../parts/filters.js';
import { MoreButton } from '../../parts/MoreButton.js';
import { Page } from '../../parts/Page.js';
import { QuickActions } from '../../parts/QuickActions.js';
import { StatusBadge } from '../../parts/StatusBadge.js';
import { Answered, Empty } from '../../parts/states.js';

const STATUSES = ['DRAFT', 'SCHEDULED', 'ACTIVE', 'PAUSED', 'COMPLETED', 'CANCELLED'] as const;

const ORDERS = [
  { value: 'CREATED_AT_DESC', label: 'Newest' },
  { value: 'BUDGET_DESC', label: 'Largest budget' },
  { value: 'ENDS_AT_ASC', label: 'Ending soon' },
] as const;

/** Every campaign, with what is spent of its budget and what waits in it. */
export function Component() {
  const { get, set } = useFilters();
  const changeSearch = useDebouncedCallback((value: string) => set('search', value), 300);
  const status = oneOf(STATUSES, get('status'));
  const orderBy = ORDERS.find(({ value }) => value === get('order'))?.value ?? 'CREATED_AT_DESC';
  const asked = useQuery(AdminCampaignsScreenDocument, {
    variables: { status: status ? [status] : null, search: get('search'), orderBy },
    fetchPolicy: 'cache-and-network',
  });
  return (
    <Page
      title="Manage campaigns"
      actions={
        <Button component={Link} to="/admin/campaigns/new">
          New campaign
        </Button>
      }
    >
      <Group align="end">
        <TextInput
          label="Search"
          defaultValue={get('search') ?? ''}
          onChange={(event) => changeSearch(event.currentTarget.value)}
        />
        <Select
          label="Status"
          clearable
          data={STATUSES.map((value) => ({ value, label: formatEnum(value) }))}
          value={status ?? null}
          onChange={(value) => set('status', value)}
        />
        <Select
          label="Order"
          allowDeselect={false}
          data={[...ORDERS]}
          value={orderBy}
          onChange={(value) => set('order', value)}
        />
      </Group>
      <Answered of={asked}>
        {({ campaigns: { edges, pageInfo, totalCount } }) => (
          <>
            {edges.length === 0 ? (
              <Empty title="No campaign matches" to="/admin/campaigns/new" action="New campaign" />
            ) : (
              <DataTable
                label="Campaigns"
                minWidth={900}
                rows={edges.map(({ node }) => node)}
                columns={[
                  {
                    title: 'Campaign',
                    cell: (row) => (
                      <Stack gap={2}>
                        <Anchor component={Link} to={`/admin/campaigns/${row.id}`}>
                          {row.title}
                        </Anchor>
                        <Text size="xs">{row.platforms.map(formatPlatform).join(', ')}</Text>
                      </Stack>
                    ),
                  },
                  { title: 'Status', cell: (row) => <StatusBadge status={row.status} /> },
                  { title: 'Budget', cell: (row) => <BudgetBar {...row} /> },
                  { title: 'CPM', right: true, cell: (row) => <Money amount={row.cpm} /> },
                  { title: 'Clips', right: true, cell: (row) => row.clipCount },
                  {
                    title: 'To review',
                    right: true,
                    cell: (row) =>
                      row.submissionCounts.pending === 0 ? (
                        '0'
                      ) : (
                        <Anchor component={Link} to={`/admin/reviews?campaign=${row.id}`}>
                          {row.submissionCounts.pending}
                        </Anchor>
                      ),
                  },
                  { title: 'Ends', cell: (row) => (row.endsAt ? <When at={row.endsAt} /> : '–') },
                  {
                    title: 'Actions',
                    hiddenTitle: true,
                    cell: (row) => <QuickActions campaign={row} refetch={() => asked.refetch()} />,
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
