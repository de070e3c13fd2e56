import { useMutation } from '@apollo/client/react';
import { Button, Group } from '@mantine/core';
import { useNavigate } from 'react-router';
import {
  CancelCampaignDocument,
  CompleteCampaignDocument,
  DeleteCampaignDocument,
  PauseCampaignDocument,
  PublishCampaignDocument,
  ResumeCampaignDocument,
  StartTrackingRunDocument,
  UnpublishCampaignDocument,
} from '../../../schema/generated/graphql.js';
import { act, ConfirmButton } from './act.js';
import { Money } from './figures.js';

interface Props {
  campaign: { id: string; title: string; status: string; spent: string; clipCount: number };
  refetch: () => Promise<unknown>;
}

/** What can be done with a campaign that has this status. */
export function CampaignActions({ campaign, refetch }: Props) {
  const { id, status, title } = campaign;
  const navigate = useNavigate();
  const variables = { id };
  const [publish] = useMutation(PublishCampaignDocument);
  const [unpublish] = useMutation(UnpublishCampaignDocument);
  const [pause] = useMutation(PauseCampaignDocument);
  const [resume] = useMutation(ResumeCampaignDocument);
  const [complete] = useMutation(CompleteCampaignDocument);
  const [cancel] = useMutation(CancelCampaignDocument);
  const [remove] = useMutation(DeleteCampaignDocument);
  const [track] = useMutation(StartTrackingRunDocument);
  const then = (work: () => Promise<unknown>, done: string) => act(work, done).then(refetch);
  const open = status === 'ACTIVE' || status === 'PAUSED';
  const startRun = async () => {
    let run: string | undefined;
    const ok = await act(async () => {
      const { data } = await track({ variables: { campaignId: id } });
      run = data?.startTrackingRun.id;
    }, 'The run has started.');
    if (ok && run) await navigate(`/admin/tracking/${run}`);
  };
  return (
    <Group gap="xs">
      {status === 'DRAFT' && (
        <Button onClick={() => void then(() => publish({ variables }), 'Published. Clippers can submit.')}>
          Publish
        </Button>
      )}
      {status === 'SCHEDULED' && (
        <Button variant="default" onClick={() => void then(() => unpublish({ variables }), 'It is a draft again.')}>
          Unpublish
        </Button>
      )}
      {status === 'ACTIVE' && <Button onClick={() => void startRun()}>Read views now</Button>}
      {status === 'ACTIVE' && (
        <Button
          variant="default"
          onClick={() => void then(() => pause({ variables }), 'Paused. Pay waits until it resumes.')}
        >
          Pause
        </Button>
      )}
      {status === 'PAUSED' && (
        <Button onClick={() => void then(() => resume({ variables }), 'Resumed. Clippers can submit again.')}>
          Resume
        </Button>
      )}
      {open && (
        <ConfirmButton
          label="Complete"
          color="teal"
          title="Complete this campaign"
          typed={title}
          onConfirm={() => then(() => complete({ variables }), 'Completed. Its clippers are notified.')}
        >
          {campaign.clipCount === 1 ? 'Its clip keeps' : `Its ${campaign.clipCount} clips keep`} what they earned,{' '}
          <Money amount={campaign.spent} /> in all. Tracking ends, and waiting submissions are rejected. This cannot be
          undone.
        </ConfirmButton>
      )}
      {(open || status === 'DRAFT' || status === 'SCHEDULED') && (
        <ConfirmButton
          label="Cancel"
          title="Cancel this campaign"
          typed={title}
          onConfirm={() => then(() => cancel({ variables }), 'Cancelled. Its clippers are notified.')}
        >
          What its clips earned stays theirs. This cannot be undone.
        </ConfirmButton>
      )}
      {status === 'DRAFT' && (
        <ConfirmButton
          label="Delete"
          title="Delete this draft"
          typed={title}
          onConfirm={async () => {
            if (await act(() => remove({ variables }), 'The draft is deleted.')) await navigate('/admin/campaigns');
          }}
        >
          Nothing of it is kept but its events.
        </ConfirmButton>
      )}
    </Group>
  );
}
