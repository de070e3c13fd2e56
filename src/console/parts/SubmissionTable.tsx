import { Anchor, Table, Text } from '@mantine/core';
import { Link } from 'react-router';
import type { SubmissionRowFragment } from '../../../schema/generated/graphql.js';
import { formatEnum, formatPlatform } from '../format/text.js';
import { Count, Money, When } from './figures.js';
import { StatusBadge } from './StatusBadge.js';

/** A clipper's own submissions: where each stands and what it has earned. */
export function SubmissionTable({ rows }: { rows: readonly SubmissionRowFragment[] }) {
  return (
    <Table.ScrollContainer minWidth={640} type="native" tabIndex={0} role="region" aria-label="Clips">
      <Table striped verticalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Clip</Table.Th>
            <Table.Th>Campaign</Table.Th>
            <Table.Th>Status</Table.Th>
            <Table.Th ta="right">Views</Table.Th>
            <Table.Th ta="right">Earned</Table.Th>
            <Table.Th>Submitted</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.id}>
              <Table.Td>
                <Anchor component={Link} to={`/clips/${row.id}`}>
                  {formatPlatform(row.platform)} {row.videoId}
                </Anchor>
              </Table.Td>
              <Table.Td>
                <Anchor component={Link} to={`/campaigns/${row.campaign.id}`}>
                  {row.campaign.title}
                </Anchor>
              </Table.Td>
              <Table.Td>
                <StatusBadge status={row.clip?.state === 'UNAVAILABLE' ? 'UNAVAILABLE' : row.status} />
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
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
