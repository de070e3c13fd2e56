import { useQuery } from '@apollo/client/react';
import { Autocomplete, Button, Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { AuditScreenDocument } from '../../../../schema/generated/graphql.js';
import { problemOf } from '../../api/errors.js';
import { AuditTable } from '../../parts/AuditTable.js';
import { useFilters } from '../../parts/filters.js';
import { MoreButton } from '../../parts/MoreButton.js';
import { Page } from '../../parts/Page.js';
import { Answered, Empty } from '../../parts/states.js';

const SUBJECTS = ['Campaign', 'ClipSubmission', 'PayoutRequest', 'User', 'TrackingRun'];
/** The usual kinds of changes; any other can be typed. */
const ACTIONS = [
  'campaign.create',
  'campaign.update',
  'campaign.publish',
  'campaign.pause',
  'campaign.resume',
  'campaign.complete',
  'campaign.cancel',
  'campaign.delete',
  'campaign.sync-spend',
  'payout-request.approved',
  'payout-request.completed',
  'payout-request.details-read',
  'payout-request.rejected',
  'payout-request.returned',
  'user.erase',
  'user.set-role',
  'user.suspend',
  'user.unsuspend',
];

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 86_400_000;

/** The instant at which a day (UTC) of the address begins, or ends; null for what is no day. */
function instantOf(day: string | null, end = false): string | null {
  const at = day && DAY.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(at) ? null : new Date(at + (end ? DAY_MS : 0)).toISOString();
}

/** Who changed what, via what, and when. */
export function Component() {
  const { get, set } = useFilters();
  const asked = useQuery(AuditScreenDocument, {
    variables: {
      subjectType: get('type'),
      subjectId: get('subject'),
      actorId: get('actor'),
      action: get('action'),
      from: instantOf(get('from')),
      to: instantOf(get('to'), true),
    },
    fetchPolicy: 'cache-and-network',
  });
  const problem = asked.error ? problemOf(asked.error) : null;
  return (
    <Page title="Audit">
      <Filters wrongEnd={problem?.field === 'to' ? 'Choose a day that is not before the first.' : null} />
      <Answered of={asked}>
        {({ auditEvents: { edges, pageInfo, totalCount } }) => (
          <>
            {edges.length === 0 ? (
              <Empty title="No change matches">Change or clear a filter.</Empty>
            ) : (
              <AuditTable rows={edges.map(({ node }) => node)} choose={(id) => set('actor', id)} />
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

function Filters({ wrongEnd }: { wrongEnd: string | null }) {
  const { get, set } = useFilters();
  const changeSubject = useDebouncedCallback((value: string) => set('subject', value), 300);
  const changeAction = useDebouncedCallback((value: string) => set('action', value), 300);
  return (
    <Group align="start">
      <Autocomplete
        label="Action"
        placeholder="campaign.publish"
        data={ACTIONS}
        defaultValue={get('action') ?? ''}
        onChange={changeAction}
      />
      <Select label="Subject" clearable data={SUBJECTS} value={get('type')} onChange={(value) => set('type', value)} />
      <TextInput
        label="Id of the subject"
        defaultValue={get('subject') ?? ''}
        onChange={(event) => changeSubject(event.currentTarget.value)}
      />
      <TextInput
        label="From (UTC)"
        type="date"
        value={get('from') ?? ''}
        onChange={(event) => set('from', event.currentTarget.value)}
      />
      <TextInput
        label="Until (UTC)"
        type="date"
        value={get('to') ?? ''}
        onChange={(event) => set('to', event.currentTarget.value)}
        error={wrongEnd}
      />
      {get('actor') && (
        <Button variant="default" mt={24} onClick={() => set('actor', null)}>
          Show everyone's changes
        </Button>
      )}
    </Group>
  );
}
