import { useQuery } from '@apollo/client/react';
import { Anchor, Badge, Card, Group, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { Link } from 'react-router';
import { BrowseCampaignsDocument, type BrowseCampaignsQuery } from '../../../schema/generated/graphql.js';
import { formatDistance, formatInstant, formatPlatform } from '../format/text.js';
import { BudgetBar, Money } from '../parts/figures.js';
import { oneOf, useFilters } from '../parts/filters.js';
import { MoreButton } from '../parts/MoreButton.js';
import { Page } from '../parts/Page.js';
import { Runway } from '../parts/Runway.js';
import { Answered, Empty } from '../parts/states.js';

type Campaign = BrowseCampaignsQuery['campaigns']['edges'][number]['node'];

const PLATFORMS = ['TIKTOK', 'YOUTUBE', 'INSTAGRAM'] as const;
const ORDERS = [
  { value: 'CREATED_AT_DESC', label: 'Newest' },
  { value: 'CPM_DESC', label: 'Best pay' },
  { value: 'BUDGET_DESC', label: 'Largest budget' },
  { value: 'ENDS_AT_ASC', label: 'Ending soon' },
] as const;

/** What can be clipped for. The filters stand in the address. */
export function Component() {
  const { get, set: change } = useFilters();
  const changeText = useDebouncedCallback((value: string) => change('search', value), 300);
  const platform = oneOf(PLATFORMS, get('platform'));
  const orderBy = ORDERS.find(({ value }) => value === get('order'))?.value ?? 'CREATED_AT_DESC';
  const asked = useQuery(BrowseCampaignsDocument, {
    variables: { platform, search: get('search'), orderBy },
  });
  const { fetchMore, loading } = asked;
  return (
    <Page title="Campaigns">
      <Group align="end">
        <TextInput
          label="Search"
          defaultValue={get('search') ?? ''}
          onChange={(event) => changeText(event.currentTarget.value)}
        />
        <Select
          label="Platform"
          clearable
          data={PLATFORMS.map((value) => ({ value, label: formatPlatform(value) }))}
          value={platform ?? null}
          onChange={(value) => change('platform', value)}
        />
        <Select
          label="Order"
          allowDeselect={false}
          data={[...ORDERS]}
          value={orderBy}
          onChange={(value) => change('order', value)}
        />
      </Group>
      <Answered of={asked}>
        {({ campaigns: { edges, pageInfo, totalCount } }) =>
          edges.length === 0 ? (
            <Empty title="No campaign matches">
              {get('search') || platform
                ? 'Change the search or the platform.'
                : 'Campaigns appear here when they are published.'}
            </Empty>
          ) : (
            <>
              <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
                {edges.map(({ node }) => (
                  <CampaignCard key={node.id} campaign={node} />
                ))}
              </SimpleGrid>
              <MoreButton
                shown={edges.length}
                total={totalCount}
                hasNextPage={pageInfo.hasNextPage}
                loading={loading}
                more={() => void fetchMore({ variables: { after: pageInfo.endCursor } })}
              />
            </>
          )
        }
      </Answered>
    </Page>
  );
}

function CampaignCard({ campaign }: { campaign: Campaign }) {
  return (
    <Card withBorder component="article" aria-label={campaign.title}>
      <Stack gap="xs">
        <Anchor component={Link} to={`/campaigns/${campaign.id}`} fw={600} size="lg">
          {campaign.title}
        </Anchor>
        <Text size="sm" lineClamp={2}>
          {campaign.description}
        </Text>
        <Text>
          <Money amount={campaign.cpm} fw={700} /> for 1,000 views
        </Text>
        <Group gap={4}>
          {campaign.platforms.map((each) => (
            <Badge key={each} variant="default">
              {formatPlatform(each)}
            </Badge>
          ))}
        </Group>
        <BudgetBar {...campaign} />
        <Text size="sm">
          <Runway campaign={campaign} />
        </Text>
        <Text size="sm">
          {campaign.endsAt
            ? `Ends ${formatDistance(campaign.endsAt)}, on ${formatInstant(campaign.endsAt)}.`
            : 'No deadline: it ends when the budget is spent.'}
        </Text>
      </Stack>
    </Card>
  );
}
