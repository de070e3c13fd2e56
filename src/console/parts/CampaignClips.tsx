import { useMutation } from '@apollo/client/react';
import { Anchor, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import { type AdminCampaignScreenQuery, RevokeSubmissionDocument } from '../../../schema/generated/graphql.js';
import { formatEnum, formatPlatform } from '../format/text.js';
import { act } from './act.js';
import { DataTable } from './DataTable.js';
import { Count, Money, When } from './figures.js';
import { RejectButton } from './RejectButton.js';
import { StatusBadge } from './StatusBadge.js';
import { Empty } from './states.js';

type Campaign = NonNullable<AdminCampaignScreenQuery['campaign']>;
type Row = Campaign['submissions']['edges'][number]['node'];

/** The submissions of a campaign, with what each clip has earned, and revocation for fraud. */
export function CampaignClips({ campaign, refetch }: { campaign: Campaign; refetch: () => Promise<unknown> }) {
  const rows = campaign.submissions.edges.map(({ node }) => node);
  const { totalCount } = campaign.submissions;
  if (rows.length === 0) return <Empty title="Nobody has submitted a clip yet" />;
  return (
    <Stack>
      {campaign.submissionCounts.pending > 0 && (
        <Anchor component={Link} to={`/admin/reviews?campaign=${campaign.id}`}>
          Review {campaign.submissionCounts.pending} waiting submissions
        </Anchor>
      )}
      <DataTable
        label="Submissions"
        minWidth={820}
        rows={rows}
        columns={[
          {
            title: 'Clip',
            cell: (row) => (
              <Anchor component={Link} to={`/clips/${row.id}`}>
                {formatPlatform(row.platform)} {row.videoId}
              </Anchor>
            ),
          },
          { title: 'Clipper', cell: (row) => row.clipper?.name ?? 'Clipper' },
          { title: 'Status', cell: (row) => <Status row={row} /> },
          { title: 'Views', right: true, cell: (row) => (row.clip ? <Count value={row.clip.views} /> : '–') },
          { title: 'Earned', right: true, cell: (row) => (row.clip ? <Money amount={row.clip.earnings} /> : '–') },
          { title: 'Submitted', cell: (row) => <When at={row.submittedAt} /> },
          { title: 'Actions', hiddenTitle: true, cell: (row) => <Revoke row={row} refetch={refetch} /> },
        ]}
      />
      {totalCount > rows.length && (
        <Text size="sm">
          The newest {rows.length} of {totalCount}.{' '}
          <Anchor component={Link} to={`/admin/reviews?campaign=${campaign.id}&status=APPROVED`}>
            See all
          </Anchor>
        </Text>
      )}
    </Stack>
  );
}

function Status({ row }: { row: Row }) {
  return (
    <Stack gap={2} align="start">
      <StatusBadge status={row.clip && row.clip.state !== 'LIVE' ? row.clip.state : row.status} />
      {row.clip?.whyNotEarning && <Text size="xs">{row.clip.whyNotEarning}</Text>}
      {row.rejectionReason && <Text size="xs">{formatEnum(row.rejectionReason)}</Text>}
    </Stack>
  );
}

function Revoke({ row, refetch }: { row: Row; refetch: () => Promise<unknown> }) {
  const [opened, setOpened] = useState(false);
  const [revoke] = useMutation(RevokeSubmissionDocument);
  if (row.status !== 'APPROVED') return null;
  return (
    <RejectButton
      label="Revoke"
      typed={row.videoId}
      title="Take this clip out and reverse what it earned"
      opened={opened}
      onOpen={setOpened}
      onReject={async (input) => {
        const done = await act(
          () => revoke({ variables: { id: row.id, input } }),
          'Revoked. What it earned is the campaign’s again.',
        );
        await refetch();
        return done;
      }}
    />
  );
}
