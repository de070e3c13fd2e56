import { useMutation } from '@apollo/client/react';
import { SimpleGrid } from '@mantine/core';
import { useState } from 'react';
import { type AdminCampaignScreenQuery, UpdateCampaignDocument } from '../../../schema/generated/graphql.js';
import { act } from './act.js';
import { CampaignForm, inputOf, localOf } from './CampaignForm.js';
import { CampaignPreview } from './CampaignPreview.js';
import { Empty } from './states.js';

type Campaign = NonNullable<AdminCampaignScreenQuery['campaign']>;

/** Changes the terms of a campaign that has not ended. */
export function CampaignTerms({ campaign, refetch }: { campaign: Campaign; refetch: () => Promise<unknown> }) {
  const [update] = useMutation(UpdateCampaignDocument);
  const initial = {
    ...campaign,
    requirements: campaign.requirements.join('\n'),
    maxEarningsPerClip: campaign.maxEarningsPerClip ?? '',
    startsAt: localOf(campaign.startsAt),
    endsAt: localOf(campaign.endsAt),
    adCampaignId: campaign.adCampaignId ?? '',
  };
  const [values, setValues] = useState(initial);
  if (campaign.status === 'COMPLETED' || campaign.status === 'CANCELLED')
    return (
      <>
        <Empty title="This campaign has ended">Its terms cannot be changed any more.</Empty>
        <CampaignPreview values={initial} />
      </>
    );
  const before = inputOf(initial);
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
      <CampaignForm
        initial={initial}
        action="Save changes"
        onChange={(changed) => setValues({ ...initial, ...changed })}
        onSubmit={async (given) => {
          const after = inputOf(given);
          // Only what was changed is sent: an open campaign refuses some fields even unchanged.
          const names = Object.keys(after) as (keyof typeof after)[];
          const input = Object.fromEntries(
            names
              .filter((name) => JSON.stringify(after[name]) !== JSON.stringify(before[name]))
              .map((name) => [name, after[name]]),
          );
          await update({ variables: { id: campaign.id, input } });
          await act(refetch, 'Saved. The change is for submissions from now on.');
        }}
      />
      <CampaignPreview values={values} />
    </SimpleGrid>
  );
}
