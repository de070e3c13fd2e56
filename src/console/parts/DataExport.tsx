import { useLazyQuery } from '@apollo/client/react';
import { Alert, Button, Card, Group, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { ExportMyDataDocument } from '../../../schema/generated/graphql.js';
import { problemOf } from '../api/errors.js';

const FILE = 'clipledger-my-data.json';

/** Everything that is kept about the reader, as a file. */
export function DataExport() {
  const [ask, { loading }] = useLazyQuery(ExportMyDataDocument, { fetchPolicy: 'no-cache' });
  const [problem, setProblem] = useState<string | null>(null);
  const [saved, setSaved] = useState(false);
  const save = async () => {
    setProblem(null);
    setSaved(false);
    try {
      const { data, error } = await ask();
      if (error || !data) throw error;
      offer(data.exportMyData);
      setSaved(true);
    } catch (error) {
      setProblem(problemOf(error).message);
    }
  };
  return (
    <Card withBorder>
      <Title order={2} size="h4" mb="sm">
        Your data
      </Title>
      <Text size="sm" mb="sm">
        A JSON file with everything that is kept about you: clips, readings, earnings, payouts, notifications.
      </Text>
      <Group>
        <Button variant="default" loading={loading} onClick={() => void save()}>
          Download my data
        </Button>
        {saved && (
          <Text size="sm" role="status">
            {FILE} is downloaded.
          </Text>
        )}
      </Group>
      {problem && (
        <Alert color="red" role="alert" mt="sm">
          {problem}
        </Alert>
      )}
    </Card>
  );
}

function offer(json: string): void {
  const address = URL.createObjectURL(new Blob([json], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = FILE;
  link.click();
  URL.revokeObjectURL(address);
}
