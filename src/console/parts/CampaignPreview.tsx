import { Badge, Card, Group, List, Stack, Text, Title } from '@mantine/core';
import { formatInstant, formatPlatform } from '../format/text.js';
import { type CampaignValues, inputOf } from './CampaignForm.js';
import { Count, Money } from './figures.js';

const AMOUNT = /^\d+(\.\d{1,6})?$/;

/** A campaign as a clipper will see it, while its terms are typed. */
export function CampaignPreview({ values }: { values: CampaignValues }) {
  return (
    <Card withBorder component="section" aria-label="Preview" style={{ alignSelf: 'start' }}>
      <Stack gap="xs">
        <Text size="sm">What a clipper sees</Text>
        <Title order={2} size="h4">
          {values.title || 'Title'}
        </Title>
        <Text size="sm">{values.description}</Text>
        {AMOUNT.test(values.cpm) && (
          <Text>
            <Money amount={values.cpm} fw={700} /> for 1,000 views
          </Text>
        )}
        {AMOUNT.test(values.budget) && (
          <Text size="sm">
            <Money amount={values.budget} /> to be earned
          </Text>
        )}
        <Group gap={4}>
          {values.platforms.map((each) => (
            <Badge key={each} variant="default">
              {formatPlatform(each)}
            </Badge>
          ))}
        </Group>
        <Rules values={values} />
      </Stack>
    </Card>
  );
}

function Rules({ values }: { values: CampaignValues }) {
  const { requirements, startsAt, endsAt } = inputOf(values);
  return (
    <List size="sm">
      <List.Item>
        {values.minViews > 0 ? (
          <>
            A clip earns from <Count value={values.minViews} /> counted views on.
          </>
        ) : (
          'A clip earns from its first counted view on.'
        )}
      </List.Item>
      {AMOUNT.test(values.maxEarningsPerClip) && (
        <List.Item>
          A clip earns at most <Money amount={values.maxEarningsPerClip} />.
        </List.Item>
      )}
      {startsAt && <List.Item>It starts on {formatInstant(startsAt)}.</List.Item>}
      <List.Item>{endsAt ? `It ends on ${formatInstant(endsAt)}.` : 'It ends when the budget is spent.'}</List.Item>
      {requirements.map((each) => (
        <List.Item key={each}>{each}</List.Item>
      ))}
    </List>
  );
}
