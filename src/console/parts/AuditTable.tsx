import { Anchor, Code, SimpleGrid, Stack, Text } from '@mantine/core';
import { Link } from 'react-router';
import type { AuditRowFragment } from '../../../schema/generated/graphql.js';
import { formatInstant } from '../format/text.js';
import { DataTable } from './DataTable.js';

/** Changes, each with who made it and what it was before and after. */
export function AuditTable({
  rows,
  choose,
}: {
  rows: readonly AuditRowFragment[];
  /** Shows the changes of one person alone. */
  choose?: (actorId: string) => void;
}) {
  return (
    <DataTable
      label="Audit events"
      minWidth={900}
      rows={rows}
      columns={[
        { title: 'When', cell: (row) => <Text size="sm">{formatInstant(row.at)}</Text> },
        { title: 'Who', cell: (row) => <Actor event={row} choose={choose} /> },
        { title: 'What', cell: (row) => <Subject event={row} /> },
        { title: 'Before and after', cell: (row) => <Change event={row} /> },
      ]}
    />
  );
}

function Actor({ event, choose }: { event: AuditRowFragment; choose?: (id: string) => void }) {
  const { actor } = event;
  return (
    <Stack gap={0} align="start">
      {actor && choose ? (
        <Anchor component="button" type="button" size="sm" onClick={() => choose(actor.id)}>
          {actor.name}
        </Anchor>
      ) : (
        <Text size="sm">{actor?.name ?? 'The system'}</Text>
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

function Subject({ event }: { event: AuditRowFragment }) {
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

function Change({ event }: { event: AuditRowFragment }) {
  const before = valuesOf(event.before);
  const after = valuesOf(event.after);
  if (!before && !after) return <Text size="sm">No values</Text>;
  return (
    <SimpleGrid cols={2} miw={360}>
      <Values title="Before" values={before} other={after} />
      <Values title="After" values={after} other={before} />
    </SimpleGrid>
  );
}

type Stored = Record<string, unknown>;

function Values({ title, values, other }: { title: string; values: Stored | null; other: Stored | null }) {
  return (
    <div>
      <Text size="xs">{title}</Text>
      {values === null ? (
        <Text size="xs">Nothing</Text>
      ) : (
        Object.entries(values).map(([name, value]) => {
          const changed = other !== null && JSON.stringify(other[name]) !== JSON.stringify(value);
          return (
            <Text key={name} size="xs" fw={changed ? 700 : 400}>
              {name}:{' '}
              <Code style={{ overflowWrap: 'anywhere', whiteSpace: 'normal' }}>
                {typeof value === 'string' ? value : JSON.stringify(value)}
              </Code>
            </Text>
          );
        })
      )}
    </div>
  );
}

/** The stored text as named values; a text that is no JSON object is one value. */
function valuesOf(json: string | null): Stored | null {
  if (json === null) return null;
  try {
    const parsed: unknown = JSON.parse(json);
    return parsed && typeof parsed === 'object' && !Array.isArray(parsed) ? (parsed as Stored) : { value: parsed };
  } catch {
    return { value: json };
  }
}
