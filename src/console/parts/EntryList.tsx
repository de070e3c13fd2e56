import { List, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ClipScreenQuery } from '../../../schema/generated/graphql.js';
import { formatInstant } from '../format/text.js';
import { Count, Money, When } from './figures.js';
import { Empty } from './states.js';

type Clip = NonNullable<NonNullable<ClipScreenQuery['submission']>['clip']>;
type Entry = Clip['earningEntries']['edges'][number]['node'];

/** Each entry of the ledger in a sentence. */
export function EntryList({ entries }: { entries: readonly Entry[] }) {
  if (entries.length === 0)
    return <Empty title="It has earned nothing yet">Each settled round that pays it adds a line here.</Empty>;
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
      views rose from <Count value={entry.fromViews} />
      {entry.fromReading ? (
        <> (read on {formatInstant(entry.fromReading.trackedAt)})</>
      ) : (
        <> (its views when it was submitted)</>
      )}{' '}
      to <Count value={entry.toViews} />
      {entry.reading && <> (read on {formatInstant(entry.reading.trackedAt)})</>}. With them{' '}
      <Count value={entry.countedViews} /> views are counted, at <Money amount={entry.cpm} /> for 1,000.
      {CAPS[entry.cap] ?? ''}
    </>
  );
}

const CAPS: Record<string, string> = {
  CLIP_MAXIMUM: ' The clip reached its maximum.',
  BUDGET_SHARE: ' The budget did not hold everything that was owed, so each clip got its share.',
};
