import { useMutation } from '@apollo/client/react';
import { SimpleGrid } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { CreateCampaignDocument } from '../../../../schema/generated/graphql.js';
import { CampaignForm, type CampaignValues, inputOf, NEW_CAMPAIGN } from '../../parts/CampaignForm.js';
import { CampaignPreview } from '../../parts/CampaignPreview.js';
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
        <CampaignPreview values={values} />
      </SimpleGrid>
    </Page>
  );
}
