import { useQuery } from '@apollo/client/react';
import { Anchor, Button, Code, Group, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { Link } from 'react-router';
import { AuditScreenDocument, type AuditScreenQuery } from '../../../../schema/generated/graphql.js';
import { formatInstant } from '../../format/text.js';
import { DataTable } from '../../parts/DataTable.js';
import { useFilters } from '../../parts/filters.js';
import { MoreButton } from '../../parts/MoreButton.js';
import { Page } from '../../parts/Page.js';
import { Answered, Empty } from '../../parts/states.js';

type AuditEvent = AuditScreenQuery['auditEvents']['edges'][number]['node'];

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
              <DataTable
                label="Audit events"
                minWidth={860}
                rows={edges.map(({ node }) => node)}
                columns={[
                  { title: 'When', cell: (row) => formatInstant(row.at) },
                  { title: 'Who', cell: (row) => <Actor event={row} choose={(id) => set('actor', id)} /> },
                  { title: 'What', cell: (row) => <Subject event={row} /> },
                  { title: 'Before and after', cell: (row) => <Change event={row} /> },
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

function Actor({ event, choose }: { event: AuditEvent; choose: (id: string) => void }) {
  const { actor } = event;
  return (
    <Stack gap={0} align="start">
      {actor ? (
        <Anchor component="button" type="button" size="sm" onClick={() => choose(actor.id)}>
          {actor.name}
        </Anchor>
      ) : (
        <Text size="sm">The system</Text>
      )}
      <Text size="xs">via {event.via}</Text>
    </Stack>
  );
}

const ADDRESSES: Record<string, (id: string) => string> = {
  Campaign: (id) => `/admin/campaigns/${id}`,
  ClipSubmission: (id) => `/clips/${id}`,
  TrackingRun: (id) => `/admin/tracking/${id}`,
};

function Subject({ event }: { event: AuditEvent }) {
  const address = ADDRESSES[event.subjectType]?.(event.subjectId);
  return (
    <Stack gap={0} align="start">
      <Text size="sm" fw={600}>
        {event.action}
      </Text>
      {address ? (
        <Anchor component={Link} to={address} size="xs">
          {event.subjectType}
        </Anchor>
      ) : (
        <Text size="xs">{event.subjectType}</Text>
      )}
    </Stack>
  );
}

function Change({ event }: { event: AuditEvent }) {
  if (event.before === null && event.after === null) return <>–</>;
  return (
    <SimpleGrid cols={2}>
      <Values title="Before" json={event.before} />
      <Values title="After" json={event.after} />
    </SimpleGrid>
  );
}

function Values({ title, json }: { title: string; json: string | null }) {
  return (
    <div>
      <Text size="xs">{title}</Text>
      {json === null ? (
        <Text size="xs">nothing</Text>
      ) : (
        <Code block tabIndex={0}>
          {indented(json)}
        </Code>
      )}
    </div>
  );
}

/** The stored text, a line per value. */
function indented(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 1);
  } catch {
    return json;
  }
}
