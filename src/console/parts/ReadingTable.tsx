import { Table } from '@mantine/core';
import { formatInstant } from '../format/text.js';
import { Count } from './figures.js';
import { StatusBadge } from './StatusBadge.js';

export interface Reading {
  id: string;
  trackedAt: string;
  outcome: string;
  views: number | null;
}

/** Every observation of a clip, the newest first. */
export function ReadingTable({ readings }: { readings: readonly Reading[] }) {
  return (
    <Table.ScrollContainer minWidth={420} type="native" tabIndex={0} role="region" aria-label="Readings">
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Read at</Table.Th>
            <Table.Th>Outcome</Table.Th>
            <Table.Th ta="right">Views</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {readings.map((reading) => (
            <Table.Tr key={reading.id}>
              <Table.Td>{formatInstant(reading.trackedAt)}</Table.Td>
              <Table.Td>
                <StatusBadge status={reading.outcome} />
              </Table.Td>
              <Table.Td ta="right">{reading.views === null ? 'unknown' : <Count value={reading.views} />}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
