import { useMutation } from '@apollo/client/react';
import { Alert, Button, Card, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type FormEvent, useState } from 'react';
import { SubmitClipDocument } from '../../../schema/generated/graphql.js';
import { type Problem, problemOf } from '../api/errors.js';
import { hasSampleData } from '../app/sample-data.js';
import { formatCount, formatPlatform } from '../format/text.js';

/** The scripted clip of the emulated source: it reads 1,000 views, then 2,000, 2,000 and 5,000. */
const DEMO_LINK = 'https://www.tiktok.com/@demo/video/7000000000000001000';

interface Target {
  id: string;
  platforms: readonly string[];
}

/** What to do after a refusal: the message says why, this says what next. */
function adviceOn({ code, field }: Problem, { platforms }: Target): string | null {
  if (code === 'BAD_USER_INPUT' && field === 'url')
    return `Open the video, choose Share, and copy its link. This campaign takes ${platforms.map(formatPlatform).join(', ')}.`;
  if (code === 'CONFLICT')
    return 'A clip counts once in a campaign, while the campaign is open. Your clips are listed below.';
  if (code === 'RATE_LIMITED') return 'Nothing is lost: keep the link and submit it later.';
  if (code === 'UPSTREAM_UNAVAILABLE' || code === 'NETWORK')
    return 'Its views could not be read now. Nothing was submitted. Try again in a few minutes.';
  if (code === 'NOT_FOUND') return 'The campaign is no longer there. Choose another one.';
  return null;
}

/** Offers a clip to a campaign by its link. */
export function SubmitClip({ campaign, onSubmitted }: { campaign: Target; onSubmitted: () => void }) {
  const [url, setUrl] = useState('');
  const [submit, { loading, error, reset }] = useMutation(SubmitClipDocument);
  const problem = error ? problemOf(error) : null;
  const advice = problem && adviceOn(problem, campaign);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    const { data } = await submit({ variables: { campaignId: campaign.id, url } }).catch(() => ({ data: null }));
    if (!data) return;
    setUrl('');
    notifications.show({
      title: 'Submitted',
      message: `The clip has ${formatCount(data.submitClip.initialViews)} views now. Views from here on count once it is approved.`,
      color: 'teal',
    });
    onSubmitted();
  };
  return (
    <Card withBorder>
      <Title order={2} size="h4" mb="sm">
        Submit a clip
      </Title>
      <form onSubmit={(event) => void send(event)}>
        <Stack gap="sm">
          <TextInput
            label="Link of your clip"
            description="The full link of one TikTok, YouTube or Instagram video."
            placeholder="https://www.tiktok.com/@you/video/..."
            value={url}
            onChange={(event) => {
              setUrl(event.currentTarget.value);
              if (error) reset();
            }}
            error={problem?.field === 'url' ? problem.message : undefined}
            required
          />
          {problem && problem.field !== 'url' && (
            <Alert color="red" role="alert">
              {problem.message}
            </Alert>
          )}
          {advice && <Text size="sm">{advice}</Text>}
          <Group>
            <Button type="submit" loading={loading} disabled={!url.trim()}>
              Submit
            </Button>
            {hasSampleData() && (
              <Button variant="subtle" onClick={() => setUrl(DEMO_LINK)}>
                Use the demo link
              </Button>
            )}
            {loading && <Text size="sm">Reading its views. This takes up to a minute and a half.</Text>}
          </Group>
        </Stack>
      </form>
    </Card>
  );
}
