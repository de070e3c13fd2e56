import { useMutation } from '@apollo/client/react';
import { Button, Table, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { CancelPayoutRequestDocument, type PayoutRequestPartsFragment } from '../../../schema/generated/graphql.js';
import { problemOf } from '../api/errors.js';
import { formatEnum } from '../format/text.js';
import { Money, When } from './figures.js';
import { StatusBadge } from './StatusBadge.js';
import { Empty } from './states.js';

/** What each status means for the clipper. */
const MEANINGS: Record<string, string> = {
  PENDING: 'An admin decides on it next.',
  APPROVED: 'It is paid next.',
  COMPLETED: 'The payment was sent.',
  RETURNED: 'The payment came back. The amount is yours again.',
  REJECTED: 'Not paid. The amount is available again.',
  CANCELLED: 'You took it back. The amount is available again.',
};

/** A clipper's requests, and where each stands. */
export function PayoutHistory({
  rows,
  onChanged,
}: {
  rows: readonly PayoutRequestPartsFragment[];
  onChanged: () => void;
}) {
  const [cancel, { loading }] = useMutation(CancelPayoutRequestDocument);
  const takeBack = async (id: string) => {
    try {
      await cancel({ variables: { id } });
      notifications.show({ message: 'The request is cancelled. The amount is available again.', color: 'teal' });
      onChanged();
    } catch (error) {
      notifications.show({ title: 'Not cancelled', message: problemOf(error).message, color: 'red' });
    }
  };
  if (rows.length === 0)
    return <Empty title="You have made no request yet">Earnings can be requested when their campaign has ended.</Empty>;
  return (
    <Table.ScrollContainer minWidth={560} type="native">
      <Table verticalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th ta="right">Amount</Table.Th>
            <Table.Th>Method</Table.Th>
            <Table.Th>Status</Table.Th>
            <Table.Th>Requested</Table.Th>
            <Table.Th>Payment</Table.Th>
            <Table.Th>
              <span className="visually-hidden">Actions</span>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <RequestRow key={row.id} row={row} loading={loading} cancel={() => void takeBack(row.id)} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function RequestRow({
  row,
  loading,
  cancel,
}: {
  row: PayoutRequestPartsFragment;
  loading: boolean;
  cancel: () => void;
}) {
  return (
    <Table.Tr>
      <Table.Td ta="right">
        <Money amount={row.amount} />
      </Table.Td>
      <Table.Td>{formatEnum(row.method)}</Table.Td>
      <Table.Td>
        <StatusBadge status={row.status} />
        <Text size="xs">{MEANINGS[row.status] ?? ''}</Text>
        {row.note && <Text size="xs">{row.note}</Text>}
      </Table.Td>
      <Table.Td>
        <When at={row.requestedAt} />
      </Table.Td>
      <Table.Td>
        {row.payout ? row.payout.transactionId : '–'}
        {row.payout && (
          <Text size="xs">
            {row.payout.returnedAt ? 'came back ' : 'paid '}
            <When at={row.payout.returnedAt ?? row.payout.paidAt} />
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        {row.status === 'PENDING' && (
          <Button size="xs" variant="default" loading={loading} onClick={cancel}>
            Cancel
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
