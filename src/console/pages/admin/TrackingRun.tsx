import { useQuery } from '@apollo/client/react';
import { Anchor, Text } from '@mantine/core';
import { Link, useParams } from 'react-router';
import { FollowTrackingRunDocument } from '../../../../schema/generated/graphql.js';
import { NotFound } from '../../app/notices.js';
import { formatEnum } from '../../format/text.js';
import { DataTable } from '../../parts/DataTable.js';
import { Count, Money, When } from '../../parts/figures.js';
import { Page } from '../../parts/Page.js';
import { StatusBadge } from '../../parts/StatusBadge.js';
import { Answered, Empty } from '../../parts/states.js';
import { RunProgress } from './Tracking.js';

/** One run: its rounds, what each paid, and why one was abandoned. */
export function Component() {
  const { id = '' } = useParams();
  const asked = useQuery(FollowTrackingRunDocument, { variables: { id }, fetchPolicy: 'cache-and-network' });
  return (
    <Answered of={asked}>
      {({ trackingRun: run }) =>
        run ? (
          <Page title="Tracking run" actions={<StatusBadge status={run.status} />}>
            <Text>
              {formatEnum(run.trigger)}, started <When at={run.startedAt} />.
            </Text>
            {run.error && <Text>{run.error}</Text>}
            <RunProgress run={run} onEnd={() => void asked.refetch()} />
            {run.rounds.length === 0 ? (
              <Empty title="It planned no round" />
            ) : (
              <DataTable
                label="Rounds"
                minWidth={760}
                rows={run.rounds}
                columns={[
                  {
                    title: 'Campaign',
                    cell: (row) => (
                      <Anchor component={Link} to={`/admin/campaigns/${row.campaign.id}`}>
                        {row.campaign.title}
                      </Anchor>
                    ),
                  },
                  { title: 'Status', cell: (row) => <StatusBadge status={row.status} /> },
                  { title: 'Why', cell: (row) => row.reason ?? '–' },
                  { title: 'Planned', right: true, cell: (row) => <Count value={row.clipsPlanned} /> },
                  { title: 'Read', right: true, cell: (row) => <Count value={row.clipsSucceeded} /> },
                  { title: 'Failed', right: true, cell: (row) => <Count value={row.clipsFailed} /> },
                  { title: 'Paid', right: true, cell: (row) => <Money amount={row.earningsAdded} /> },
                ]}
              />
            )}
          </Page>
        ) : (
          <NotFound />
        )
      }
    </Answered>
  );
}
