import { useLazyQuery, useMutation, useQuery } from '@apollo/client/react';
import { Alert, Button, Code, Group, Select, Stack, Text } from '@mantine/core';
import {
  ApprovePayoutRequestDocument,
  CompletePayoutRequestDocument,
  PayoutDetailsDocument,
  PayoutQueueScreenDocument,
  type QueuedRowFragment,
  RejectPayoutRequestDocument,
  ReturnPayoutDocument,
} from '../../../../schema/generated/graphql.js';
import { problemOf } from '../../api/errors.js';
import { formatEnum } from '../../format/text.js';
import { AskButton, act } from '../../parts/act.js';
import { DataTable } from '../../parts/DataTable.js';
import { Money, When } from '../../parts/figures.js';
import { oneOf, useFilters } from '../../parts/filters.js';
import { MoreButton } from '../../parts/MoreButton.js';
import { Page } from '../../parts/Page.js';
import { StatusBadge } from '../../parts/StatusBadge.js';
import { Answered, Empty } from '../../parts/states.js';

const STATUSES = ['PENDING', 'APPROVED', 'COMPLETED', 'RETURNED', 'REJECTED', 'CANCELLED'] as const;

/** Who waits to be paid: approve, pay outside, then complete with the payment's transaction id. */
export function Component() {
  const { get, set } = useFilters();
  const status = oneOf(STATUSES, get('status')) ?? 'PENDING';
  const asked = useQuery(PayoutQueueScreenDocument, { variables: { status }, fetchPolicy: 'cache-and-network' });
  const refetch = () => asked.refetch();
  return (
    <Page title="Payout requests">
      <Group align="end">
        <Select
          label="Status"
          allowDeselect={false}
          data={STATUSES.map((value) => ({ value, label: formatEnum(value) }))}
          value={status}
          onChange={(value) => set('status', value)}
        />
      </Group>
      <Answered of={asked}>
        {({ payoutRequests: { edges, pageInfo, totalCount } }) => (
          <>
            {edges.length === 0 ? (
              <Empty title={status === 'PENDING' ? 'No request waits' : 'No request has this status'}>
                {status === 'PENDING'
                  ? 'Approved requests that are not paid yet are under the status Approved.'
                  : 'Choose another status.'}
              </Empty>
            ) : (
              <DataTable
                label="Payout requests"
                minWidth={820}
                rows={edges.map(({ node }) => node)}
                columns={[
                  { title: 'Clipper', cell: (row) => <Clipper row={row} /> },
                  { title: 'Amount', right: true, cell: (row) => <Money amount={row.amount} fw={600} /> },
                  { title: 'Pay to', cell: (row) => <Details row={row} /> },
                  { title: 'Status', cell: (row) => <Status row={row} /> },
                  { title: 'Requested', cell: (row) => <When at={row.requestedAt} /> },
                  { title: 'Actions', hiddenTitle: true, cell: (row) => <Actions row={row} refetch={refetch} /> },
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

function Clipper({ row }: { row: QueuedRowFragment }) {
  return (
    <Stack gap={0}>
      <Text size="sm">{row.clipper.name}</Text>
      <Text size="xs">{row.clipper.email}</Text>
      {row.clipper.suspendedAt && (
        <Text size="xs" fw={600}>
          Suspended: it can only be rejected.
        </Text>
      )}
    </Stack>
  );
}

function Status({ row }: { row: QueuedRowFragment }) {
  return (
    <Stack gap={2} align="start">
      <StatusBadge status={row.status} />
      {row.note && <Text size="xs">{row.note}</Text>}
      {row.payout && <Text size="xs">{row.payout.transactionId}</Text>}
    </Stack>
  );
}

/** Details are read when they are needed: each reading by an admin is written down. */
function Details({ row }: { row: QueuedRowFragment }) {
  const [ask, { data, error, loading }] = useLazyQuery(PayoutDetailsDocument, { fetchPolicy: 'no-cache' });
  if (error)
    return (
      <Alert color="red" p="xs" role="alert">
        {problemOf(error).message}
      </Alert>
    );
  if (data?.payoutRequest)
    return (
      <Text size="sm" component="div">
        {formatEnum(row.method)} <Code>{data.payoutRequest.details}</Code>
      </Text>
    );
  return (
    <Button size="xs" variant="default" loading={loading} onClick={() => void ask({ variables: { id: row.id } })}>
      Show {formatEnum(row.method)} details
    </Button>
  );
}

function Actions({ row, refetch }: { row: QueuedRowFragment; refetch: () => Promise<unknown> }) {
  const [approve] = useMutation(ApprovePayoutRequestDocument);
  const [reject] = useMutation(RejectPayoutRequestDocument);
  const [complete] = useMutation(CompletePayoutRequestDocument);
  const [giveBack] = useMutation(ReturnPayoutDocument);
  const { id, status } = row;
  const payment = (
    <>
      <Money amount={row.amount} /> to {row.clipper.name}.
    </>
  );
  const then = async (work: () => Promise<unknown>, done: string) => {
    const ok = await act(work, done);
    await refetch();
    return ok;
  };
  return (
    <Group gap="xs" wrap="nowrap">
      {status === 'PENDING' && (
        <Button
          size="xs"
          onClick={() =>
            void then(
              () => approve({ variables: { id } }),
              'Approved: it is under the status Approved. Pay it, then complete it.',
            )
          }
        >
          Approve
        </Button>
      )}
      {status === 'APPROVED' && (
        <AskButton
          size="xs"
          label="Complete"
          title="Complete with the payment that was made"
          field="Transaction id"
          description={payment}
          onAnswer={(transactionId) =>
            then(() => complete({ variables: { id, transactionId } }), 'Completed. The clipper is notified.')
          }
        />
      )}
      {(status === 'PENDING' || status === 'APPROVED') && (
        <AskButton
          size="xs"
          label="Reject"
          title="Reject this request"
          field="Note"
          description={<>{payment} The clipper reads the note. The amount is available to them again.</>}
          onAnswer={(note) => then(() => reject({ variables: { id, note } }), 'Rejected. The clipper is notified.')}
        />
      )}
      {status === 'COMPLETED' && (
        <AskButton
          size="xs"
          label="Return"
          title="The payment came back"
          field="Note"
          description={<>{payment} The amount is the clipper's again.</>}
          onAnswer={(note) =>
            then(() => giveBack({ variables: { id, note } }), 'Returned. The amount is available again.')
          }
        />
      )}
    </Group>
  );
}
