import { useMutation } from '@apollo/client/react';
import { Button } from '@mantine/core';
import {
  PauseCampaignDocument,
  PublishCampaignDocument,
  ResumeCampaignDocument,
} from '../../../schema/generated/graphql.js';
import { act } from './act.js';

interface Props {
  campaign: { id: string; title: string; status: string };
  refetch: () => Promise<unknown>;
}

/** The next step of a campaign in a list. What cannot be undone is done on the campaign's own screen. */
export function QuickActions({ campaign: { id, title, status }, refetch }: Props) {
  const variables = { id };
  const [publish] = useMutation(PublishCampaignDocument);
  const [pause] = useMutation(PauseCampaignDocument);
  const [resume] = useMutation(ResumeCampaignDocument);
  const steps: Record<string, { label: string; work: () => Promise<unknown>; done: string }> = {
    DRAFT: { label: 'Publish', work: () => publish({ variables }), done: 'Published. Clippers can submit.' },
    ACTIVE: { label: 'Pause', work: () => pause({ variables }), done: 'Paused. Pay waits until it resumes.' },
    PAUSED: { label: 'Resume', work: () => resume({ variables }), done: 'Resumed. Clippers can submit again.' },
  };
  const step = steps[status];
  if (!step) return null;
  return (
    <Button
      size="xs"
      variant="default"
      aria-label={`${step.label} ${title}`}
      onClick={() => void act(step.work, step.done).then(refetch)}
    >
      {step.label}
    </Button>
  );
}
