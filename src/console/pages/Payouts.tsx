import { useMutation, useQuery } from '@apollo/client/react';
import { Alert, Button, Card, Group, Select, SimpleGrid, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type FormEvent, useRef, useState } from 'react';
import {
  CancelPayoutRequestDocument,
  type PayoutMethod,
  PayoutsScreenDocument,
  type PayoutsScreenQuery,
  RequestPayoutDocument,
} from '../../../schema/generated/graphql.js';
import { formErrors, problemOf } from '../api/errors.js';
import { useSettings } from '../app/settings.js';
import { isZero } from '../format/money.js';
import { formatEnum } from '../format/text.js';
import { FigureCard } from '../parts/FigureCard.js';
import { Money, When } from '../parts/figures.js';
import { MoreButton } from '../parts/MoreButton.js';
import { Page } from '../parts/Page.js';
import { StatusBadge } from '../parts/StatusBadge.js';
import { Answered, Empty } from '../parts/states.js';

type Me = NonNullable<PayoutsScreenQuery['me']>;
type Request = Me['payoutRequests']['edges'][number]['node'];

/** What a clipper can be paid, the request for it, and what became of the earlier ones. */
export function Component() {
  const asked = useQuery(PayoutsScreenDocument, { fetchPolicy: 'cache-and-network' });
  const refetch = () => void asked.refetch();
  return (
    <Page title="Payouts">
      <Answered of={asked}>
        {({ me }) =>
          me ? (
            <>
              <Balance me={me} />
              <RequestForm key={me.payable} me={me} onRequested={refetch} />
              <History me={me} onChanged={refetch} />
              <MoreButton
                shown={me.payoutRequests.edges.length}
                total={me.payoutRequests.totalCount}
                hasNextPage={me.payoutRequests.pageInfo.hasNextPage}
                loading={asked.loading}
                more={() => void asked.fetchMore({ variables: { after: me.payoutRequests.pageInfo.endCursor } })}
              />
            </>
          ) : (
            <Empty title="You are not signed in" />
          )
        }
      </Answered>
    </Page>
  );
}

function Balance({ me }: { me: Me }) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }}>
      <FigureCard
        label="Earned"
        note={
          <>
            <Money amount={me.activeCampaignEarnings} /> in open campaigns become payable when they end
          </>
        }
      >
        <Money amount={me.totalEarned} />
      </FigureCard>
      <FigureCard label="Available" note="Earned in ended campaigns, less payouts and open requests.">
        <Money amount={me.availableBalance} />
      </FigureCard>
      <FigureCard label="Requested">
        <Money amount={me.pendingPayouts} />
      </FigureCard>
      <FigureCard label="Paid out">
        <Money amount={me.paidOut} />
      </FigureCard>
    </SimpleGrid>
  );
}

const FIELDS = ['amount', 'method', 'details'] as const;
const DETAILS: Record<string, string> = {
  PAYPAL: 'E-mail address of your PayPal account',
  BANK_TRANSFER: 'IBAN, or routing number and account',
  STRIPE: 'Id of your Stripe account',
  CRYPTO: 'Network and address',
};

function RequestForm({ me, onRequested }: { me: Me; onRequested: () => void }) {
  const { payoutMinimum, payoutMethods } = useSettings();
  const [values, setValues] = useState({ amount: me.payable, method: payoutMethods[0] ?? 'PAYPAL', details: '' });
  const [request, { loading, error, reset }] = useMutation(RequestPayoutDocument);
  const key = useRef(crypto.randomUUID());
  const { errors, rest } = error ? formErrors(error, FIELDS) : { errors: {} as Record<string, string>, rest: null };
  const change = (part: Partial<typeof values>) => {
    setValues((current) => ({ ...current, ...part }));
    // Another input is another request.
    key.current = crypto.randomUUID();
    if (error) reset();
  };
  const send = async (event: FormEvent) => {
    event.preventDefault();
    const input = { ...values, idempotencyKey: key.current };
    const { data } = await request({ variables: { input } }).catch(() => ({ data: null }));
    if (!data) return;
    notifications.show({ title: 'Requested', message: 'An admin looks at your request next.', color: 'teal' });
    onRequested();
  };
  if (isZero(me.payable))
    return (
      <Text>
        {isZero(me.pendingPayouts) ? (
          <>
            A payout can be requested from <Money amount={payoutMinimum} /> on.
          </>
        ) : (
          'You can make the next request when the open one is decided.'
        )}
      </Text>
    );
  return (
    <Card withBorder>
      <Title order={2} size="h4" mb="sm">
        Request a payout
      </Title>
      <form onSubmit={(event) => void send(event)}>
        <Stack gap="sm" maw={480}>
          <TextInput
            label="Amount"
            inputMode="decimal"
            value={values.amount}
            onChange={(event) => change({ amount: event.currentTarget.value })}
            error={errors.amount}
            required
          />
          <Select
            label="Method"
            allowDeselect={false}
            data={payoutMethods.map((value) => ({ value, label: formatEnum(value) }))}
            value={values.method}
            onChange={(value) => change({ method: value as PayoutMethod })}
            error={errors.method}
          />
          <TextInput
            label={DETAILS[values.method] ?? 'Details'}
            value={values.details}
            onChange={(event) => change({ details: event.currentTarget.value })}
            error={errors.details}
            autoComplete="off"
            required
          />
          {rest && (
            <Alert color="red" role="alert">
              {rest}
            </Alert>
          )}
          <Group>
            <Button type="submit" loading={loading}>
              Request payout
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}

function History({ me, onChanged }: { me: Me; onChanged: () => void }) {
  const [cancel, { loading }] = useMutation(CancelPayoutRequestDocument);
  const rows = me.payoutRequests.edges.map(({ node }) => node);
  const takeBack = async (id: string) => {
    try {
      await cancel({ variables: { id } });
      notifications.show({ message: 'The request is cancelled. The amount is available again.', color: 'teal' });
      onChanged();
    } catch (error) {
      notifications.show({ title: 'Not cancelled', message: problemOf(error).message, color: 'red' });
    }
  };
  if (rows.length === 0) return <Empty title="You have made no request yet" />;
  return (
    <Table.ScrollContainer minWidth={560} type="native" tabIndex={0} role="region" aria-label="Payout requests">
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

function RequestRow({ row, loading, cancel }: { row: Request; loading: boolean; cancel: () => void }) {
  return (
    <Table.Tr>
      <Table.Td ta="right">
        <Money amount={row.amount} />
      </Table.Td>
      <Table.Td>{formatEnum(row.method)}</Table.Td>
      <Table.Td>
        <StatusBadge status={row.status} />
        {row.note && <Text size="xs">{row.note}</Text>}
      </Table.Td>
      <Table.Td>
        <When at={row.requestedAt} />
      </Table.Td>
      <Table.Td>{row.payout ? row.payout.transactionId : '–'}</Table.Td>
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
