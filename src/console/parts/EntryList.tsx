import { List, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ClipScreenQuery } from '../../../schema/generated/graphql.js';
import { Count, Money, When } from './figures.js';
import { Empty } from './states.js';

type Clip = NonNullable<NonNullable<ClipScreenQuery['submission']>['clip']>;
type Entry = Clip['earningEntries']['edges'][number]['node'];

/** Each entry of the ledger in a sentence. */
export function EntryList({ entries }: { entries: readonly Entry[] }) {
  if (entries.length === 0) return <Empty title="It has earned nothing yet" />;
  return (
    <List spacing="xs">
      {entries.map((entry) => (
        <List.Item key={entry.id}>
          <Text component="span" fw={600}>
            <Money amount={entry.amount} />
          </Text>{' '}
          <When at={entry.createdAt} />: {sentenceOf(entry)}
        </List.Item>
      ))}
    </List>
  );
}

function sentenceOf(entry: Entry): ReactNode {
  if (entry.reason === 'REVERSAL')
    return 'the clip was revoked, and everything that it had earned went back to the campaign.';
  if (entry.reason === 'ADJUSTMENT') return 'brought in from an older system.';
  return (
    <>
      views rose from <Count value={entry.fromViews} /> to <Count value={entry.toViews} />, at{' '}
      <Money amount={entry.cpm} /> for 1,000.
      {CAPS[entry.cap] ?? ''}
    </>
  );
}

const CAPS: Record<string, string> = {
  CLIP_MAXIMUM: ' The clip reached its maximum.',
  BUDGET_SHARE: ' The budget did not hold everything that was owed, so each clip got its share.',
};
