import { useQuery } from '@apollo/client/react';
import { Button, Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { AuditScreenDocument } from '../../../../schema/generated/graphql.js';
import { AuditTable } from '../../parts/AuditTable.js';
import { useFilters } from '../../parts/filters.js';
import { MoreButton } from '../../parts/MoreButton.js';
import { Page } from '../../parts/Page.js';
import { Answered, Empty } from '../../parts/states.js';

const SUBJECTS = ['Campaign', 'ClipSubmission', 'PayoutRequest', 'User', 'TrackingRun'];

/** Who changed what, via what, and when. */
export function Component() {
  const { get, set } = useFilters();
  const changeSubject = useDebouncedCallback((value: string) => set('subject', value), 300);
  const asked = useQuery(AuditScreenDocument, {
    variables: { subjectType: get('type'), subjectId: get('subject'), actorId: get('actor') },
    fetchPolicy: 'cache-and-network',
  });
  return (
    <Page title="Audit">
      <Group align="end">
        <Select
          label="Subject"
          clearable
          data={SUBJECTS}
          value={get('type')}
          onChange={(value) => set('type', value)}
        />
        <TextInput
          label="Id of the subject"
          key={get('subject') ?? ''}
          defaultValue={get('subject') ?? ''}
          onChange={(event) => changeSubject(event.currentTarget.value)}
        />
        {get('actor') && (
          <Button variant="default" onClick={() => set('actor', null)}>
            Show everyone's changes
          </Button>
        )}
      </Group>
      <Answered of={asked}>
        {({ auditEvents: { edges, pageInfo, totalCount } }) => (
          <>
            {edges.length === 0 ? (
              <Empty title="No change matches" />
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
