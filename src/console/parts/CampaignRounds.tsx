import { Anchor, Text } from '@mantine/core';
import { Link } from 'react-router';
import type { AdminCampaignScreenQuery } from '../../../schema/generated/graphql.js';
import { formatInstant } from '../format/text.js';
import { DataTable } from './DataTable.js';
import { Count, Money } from './figures.js';
import { StatusBadge } from './StatusBadge.js';
import { Empty } from './states.js';

type Rounds = NonNullable<AdminCampaignScreenQuery['campaign']>['rounds'];

/** Each pass over the clips of a campaign: what it read and paid, and why it was given up. */
export function CampaignRounds({ rounds }: { rounds: Rounds }) {
  const rows = rounds.edges.map(({ node }) => node);
  if (rows.length === 0)
    return (
      <Empty title="No round yet">
        The schedule starts one once a clip is approved. "Read views now" does it at once.
      </Empty>
    );
  return (
    <>
      <DataTable
        label="Rounds"
        minWidth={760}
        rows={rows}
        columns={[
          { title: 'Started', cell: (row) => (row.startedAt ? formatInstant(row.startedAt) : 'Waits') },
          { title: 'Status', cell: (row) => <StatusBadge status={row.status} /> },
          { title: 'Why', cell: (row) => row.reason ?? '–' },
          { title: 'Planned', right: true, cell: (row) => <Count value={row.clipsPlanned} /> },
          { title: 'Read', right: true, cell: (row) => <Count value={row.clipsSucceeded} /> },
          { title: 'Failed', right: true, cell: (row) => <Count value={row.clipsFailed} /> },
          { title: 'Paid', right: true, cell: (row) => <Money amount={row.earningsAdded} /> },
        ]}
      />
      {rounds.totalCount > rows.length && (
        <Text size="sm">
          The newest {rows.length} of {rounds.totalCount}.{' '}
          <Anchor component={Link} to="/admin/tracking">
            See all runs
          </Anchor>
        </Text>
      )}
    </>
  );
}
