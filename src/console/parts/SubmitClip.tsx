import { useMutation } from '@apollo/client/react';
import { Alert, Button, Card, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type FormEvent, useState } from 'react';
import { SubmitClipDocument } from '../../../schema/generated/graphql.js';
import { problemOf } from '../api/errors.js';
import { hasSampleData } from '../app/sample-data.js';
import { formatCount } from '../format/text.js';

/** The scripted clip of the emulated source: it reads 1,000 views, then 2,000, 2,000 and 5,000. */
const DEMO_LINK = 'https://www.tiktok.com/@demo/video/7000000000000001000';

/** Offers a clip to a campaign by its link. */
export function SubmitClip({ campaignId, onSubmitted }: { campaignId: string; onSubmitted: () => void }) {
  const [url, setUrl] = useState('');
  const [submit, { loading, error, reset }] = useMutation(SubmitClipDocument);
  const problem = error ? problemOf(error) : null;
  const send = async (event: FormEvent) => {
    event.preventDefault();
    const { data } = await submit({ variables: { campaignId, url } }).catch(() => ({ data: null }));
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
