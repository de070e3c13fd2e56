import { useMutation } from '@apollo/client/react';
import { Anchor, Button, Table, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Link } from 'react-router';
import { type CampaignPageQuery, WithdrawSubmissionDocument } from '../../../schema/generated/graphql.js';
import { problemOf } from '../api/errors.js';
import { formatEnum, formatPlatform } from '../format/text.js';
import { Count, Money, When } from './figures.js';
import { StatusBadge } from './StatusBadge.js';
import { Empty } from './states.js';

type Row = NonNullable<CampaignPageQuery['campaign']>['submissions']['nodes'][number];

/** The reader's own submissions to one campaign. */
export function MyClips({ rows, onChanged }: { rows: readonly Row[]; onChanged: () => void }) {
  const [withdraw, { loading }] = useMutation(WithdrawSubmissionDocument);
  if (rows.length === 0) return <Empty title="You have submitted no clip to this campaign" />;
  const takeBack = async (id: string) => {
    try {
      await withdraw({ variables: { id } });
      notifications.show({ message: 'The submission is withdrawn.', color: 'teal' });
      onChanged();
    } catch (error) {
      notifications.show({ title: 'Not withdrawn', message: problemOf(error).message, color: 'red' });
    }
  };
  return (
    <Table.ScrollContainer minWidth={560} type="native" tabIndex={0} role="region" aria-label="My clips">
      <Table verticalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Clip</Table.Th>
            <Table.Th>Status</Table.Th>
            <Table.Th ta="right">Views</Table.Th>
            <Table.Th ta="right">Earned</Table.Th>
            <Table.Th>Submitted</Table.Th>
            <Table.Th>
              <span className="visually-hidden">Actions</span>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.id}>
              <Table.Td>
                <Anchor component={Link} to={`/clips/${row.id}`}>
                  {formatPlatform(row.platform)} clip
                </Anchor>
              </Table.Td>
              <Table.Td>
                <StatusBadge status={row.status} />
                {row.rejectionReason && (
                  <Text size="xs">
                    {formatEnum(row.rejectionReason)}
                    {row.rejectionNote ? `: ${row.rejectionNote}` : ''}
                  </Text>
                )}
              </Table.Td>
              <Table.Td ta="right">{row.clip ? <Count value={row.clip.views} /> : '–'}</Table.Td>
              <Table.Td ta="right">{row.clip ? <Money amount={row.clip.earnings} /> : '–'}</Table.Td>
              <Table.Td>
                <When at={row.submittedAt} />
              </Table.Td>
              <Table.Td>
                {row.status === 'PENDING' && (
                  <Button size="xs" variant="default" loading={loading} onClick={() => void takeBack(row.id)}>
                    Withdraw
                  </Button>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
