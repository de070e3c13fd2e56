import { useMutation } from '@apollo/client/react';
import { Badge, Card, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { CreateCampaignDocument } from '../../../../schema/generated/graphql.js';
import { formatPlatform } from '../../format/text.js';
import { CampaignForm, type CampaignValues, inputOf, NEW_CAMPAIGN } from '../../parts/CampaignForm.js';
import { Money } from '../../parts/figures.js';
import { Page } from '../../parts/Page.js';

/** Makes a draft, with a preview of what a clipper sees. */
export function Component() {
  const [values, setValues] = useState(NEW_CAMPAIGN);
  const [create] = useMutation(CreateCampaignDocument);
  const navigate = useNavigate();
  const submit = async (given: CampaignValues) => {
    const { data } = await create({ variables: { input: inputOf(given) } });
    if (!data) return;
    notifications.show({ message: 'The draft is made. Publish it when it is right.', color: 'teal' });
    await navigate(`/admin/campaigns/${data.createCampaign.id}`);
  };
  return (
    <Page title="New campaign">
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
        <CampaignForm initial={NEW_CAMPAIGN} action="Create draft" onChange={setValues} onSubmit={submit} />
        <Preview values={values} />
      </SimpleGrid>
    </Page>
  );
}

const AMOUNT = /^\d+(\.\d{1,6})?$/;

function Preview({ values }: { values: CampaignValues }) {
  return (
    <Card withBorder component="section" aria-label="Preview">
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
        {inputOf(values).requirements.map((each) => (
          <Text key={each} size="sm">
            {each}
          </Text>
        ))}
      </Stack>
    </Card>
  );
}
