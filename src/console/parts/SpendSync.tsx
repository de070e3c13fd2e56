import { useLazyQuery, useMutation } from '@apollo/client/react';
import { Anchor, Button, Group, Stack, Text, Title } from '@mantine/core';
import { Link } from 'react-router';
import {
  SpendSyncDocument,
  type SpendSyncPartsFragment,
  SyncCampaignSpendDocument,
} from '../../../schema/generated/graphql.js';
import { act, ConfirmButton } from './act.js';
import { DataTable } from './DataTable.js';
import { Money } from './figures.js';
import { Failure } from './states.js';

/** What was recorded as spent beside what the clips have earned: first a preview, then the change. */
export function SpendSync({ campaignId, onSynced }: { campaignId: string | null; onSynced?: () => unknown }) {
  const [compare, { data, error, loading }] = useLazyQuery(SpendSyncDocument, { fetchPolicy: 'network-only' });
  const [sync] = useMutation(SyncCampaignSpendDocument);
  const report = data?.campaignSpendSync;
  const again = async () => {
    await compare({ variables: { campaignId } });
    await onSynced?.();
  };
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Title order={2} size="h4">
          Recorded and actual spent
        </Title>
        <Group gap="xs">
          <Button variant="default" loading={loading} onClick={() => void again()}>
            Compare
          </Button>
          {report && report.summary.needsSync > 0 && (
            <ConfirmButton
              label="Sync spend"
              color="teal"
              title="Overwrite what was recorded"
              onConfirm={() =>
                act(() => sync({ variables: { campaignId } }), 'The recorded figures are the actual ones now.').then(
                  again,
                )
              }
            >
              {report.summary.needsSync === 1 ? '1 campaign differs' : `${report.summary.needsSync} campaigns differ`}{' '}
              by <Money amount={report.summary.totalDifference} /> in all. The recorded figures become the actual ones;
              what is shown as spent does not change.
            </ConfirmButton>
          )}
        </Group>
      </Group>
      <Text size="sm">
        Spent is always the sum of the clips. The recorded figure is what other systems were told; it is kept for
        comparison alone.
      </Text>
      {error && <Failure error={error} />}
      {report && <Rows report={report} />}
    </Stack>
  );
}

function Rows({ report }: { report: SpendSyncPartsFragment }) {
  if (report.summary.needsSync === 0)
    return (
      <Text role="status">
        {report.summary.total === 1 ? 'Recorded and actual agree.' : `All ${report.summary.total} campaigns agree.`}
      </Text>
    );
  return (
    <DataTable
      label="Campaigns that differ"
      rows={report.campaigns.filter((each) => each.needsSync).map((each) => ({ ...each, id: each.campaign.id }))}
      columns={[
        {
          title: 'Campaign',
          cell: (row) => (
            <Anchor component={Link} to={`/admin/campaigns/${row.id}`}>
              {row.campaign.title}
            </Anchor>
          ),
        },
        { title: 'Recorded', right: true, cell: (row) => <Money amount={row.recordedSpent} /> },
        { title: 'Actual', right: true, cell: (row) => <Money amount={row.actualSpent} /> },
        { title: 'Difference', right: true, cell: (row) => <Money amount={row.difference} /> },
        { title: 'Approved clips', right: true, cell: (row) => row.approvedClips },
      ]}
    />
  );
}
