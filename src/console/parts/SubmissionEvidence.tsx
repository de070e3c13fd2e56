import { Anchor, Checkbox, Group, List, Stack, Text } from '@mantine/core';
import { Link } from 'react-router';
import type { ReviewScreenQuery } from '../../../schema/generated/graphql.js';
import { formatEnum, formatPlatform } from '../format/text.js';
import { Count, Money, When } from './figures.js';
import { StatusBadge } from './StatusBadge.js';

type Submission = ReviewScreenQuery['submissions']['edges'][number]['node'];

interface Props {
  row: Submission;
  chosen: boolean;
  choose: (on: boolean) => void;
}

/** What a reviewer needs to see of a submission. */
export function SubmissionEvidence({ row, chosen, choose }: Props) {
  return (
    <Stack gap={4} flex="1 1 260px">
      <Group gap="xs">
        {row.status === 'PENDING' && (
          <Checkbox
            checked={chosen}
            onChange={(event) => choose(event.currentTarget.checked)}
            aria-label={`Choose the ${formatPlatform(row.platform)} clip ${row.videoId}`}
          />
        )}
        <Anchor href={row.canonicalUrl} target="_blank" rel="noreferrer noopener" style={{ overflowWrap: 'anywhere' }}>
          {formatPlatform(row.platform)} {row.videoId} <span aria-hidden="true">↗</span>
          <span className="visually-hidden">(opens in a new tab)</span>
        </Anchor>
        <StatusBadge status={row.status} />
      </Group>
      <Text size="sm">
        by {row.clipper?.name ?? 'Clipper'} for{' '}
        <Anchor component={Link} to={`/admin/campaigns/${row.campaign.id}`}>
          {row.campaign.title}
        </Anchor>
        , <When at={row.submittedAt} />. <Count value={row.initialViews} /> views when submitted;{' '}
        <Money amount={row.cpm} /> for 1,000.
      </Text>
      {row.rejectionReason && (
        <Text size="sm">
          {formatEnum(row.rejectionReason)}
          {row.rejectionNote ? `: ${row.rejectionNote}` : ''}
        </Text>
      )}
      {row.campaign.requirements.length > 0 && (
        <List size="sm">
          {row.campaign.requirements.map((each) => (
            <List.Item key={each}>{each}</List.Item>
          ))}
        </List>
      )}
      <SameClip others={row.sameClip} />
    </Stack>
  );
}

/** The same clip elsewhere: a hint of a duplicate, and no more than that. */
function SameClip({ others }: { others: Submission['sameClip'] }) {
  if (others.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={600}>
        {others.length === 1
          ? 'The same clip was submitted once more:'
          : `The same clip was submitted ${others.length} more times:`}
      </Text>
      <List size="sm">
        {others.map((other) => (
          <List.Item key={other.id}>
            <Anchor component={Link} to={`/clips/${other.id}`} inherit>
              {other.campaign.title}
            </Anchor>{' '}
            by {other.clipper?.name ?? 'a clipper'}, {formatEnum(other.status).toLowerCase()}
          </List.Item>
        ))}
      </List>
    </div>
  );
}
