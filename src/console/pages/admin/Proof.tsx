import { useLazyQuery, useQuery } from '@apollo/client/react';
import { Accordion, Alert, Badge, Button, Code, Group, List, Stack, Text, Title } from '@mantine/core';
import { ConsistencyDocument, type ConsistencyQuery } from '../../../../schema/generated/graphql.js';
import { formatInstant } from '../../format/text.js';
import { Page } from '../../parts/Page.js';
import { SpendSync } from '../../parts/SpendSync.js';
import { Answered, Failure } from '../../parts/states.js';

type Report = ConsistencyQuery['consistencyReport'];

/** Whether every law holds, over the whole database. */
export function Component() {
  const last = useQuery(ConsistencyDocument, { variables: { fresh: false } });
  const [run, { loading, error }] = useLazyQuery(ConsistencyDocument, { fetchPolicy: 'network-only' });
  const check = async () => {
    await run({ variables: { fresh: true } }).catch(() => undefined);
    await last.refetch();
  };
  return (
    <Page
      title="Proof"
      actions={
        <Button onClick={() => void check()} loading={loading}>
          Check now
        </Button>
      }
    >
      {error && <Failure error={error} />}
      <Answered of={last}>{({ consistencyReport }) => <Laws report={consistencyReport} />}</Answered>
      <SpendSync campaignId={null} />
      <Stack gap="xs">
        <Title order={2} size="h4">
          On the command line
        </Title>
        <Text>
          <Code>npm run verify</Code> checks the same laws and prints the head of every event chain. Keep its output
          elsewhere, and <Code>npm run verify -- --head=FILE</Code> says later whether those heads are still there.
        </Text>
        <Text>
          <Code>npm run replay</Code> computes all earnings again from the readings and compares them to the micro.
        </Text>
      </Stack>
    </Page>
  );
}

function Laws({ report }: { report: Report }) {
  return (
    <Stack>
      <Alert
        color={report.consistent ? 'teal' : 'red'}
        title={report.consistent ? 'Every law holds' : 'A law is broken'}
      >
        Checked at {formatInstant(report.checkedAt)} over the whole database, in one snapshot.
      </Alert>
      <Accordion variant="separated">
        {report.laws.map((law) => (
          <Accordion.Item key={law.law} value={law.law}>
            <Accordion.Control>
              <Group gap="xs" wrap="nowrap">
                <Badge color={law.violations === 0 ? 'teal' : 'red'} variant="light">
                  {law.violations === 0 ? 'Holds' : `${law.violations} rows`}
                </Badge>
                <Text size="sm">
                  {law.law}. {law.statement}
                </Text>
              </Group>
            </Accordion.Control>
            <Accordion.Panel>
              {law.examples.length === 0 ? (
                <Text size="sm">No row breaks it.</Text>
              ) : (
                <List size="sm">
                  {law.examples.map((each) => (
                    <List.Item key={each}>
                      <Code>{each}</Code>
                    </List.Item>
                  ))}
                </List>
              )}
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </Stack>
  );
}
