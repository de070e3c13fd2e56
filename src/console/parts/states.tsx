import { Alert, Button, Center, Loader, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { problemOf } from '../api/errors.js';

/** While the first answer is awaited. */
export function Loading() {
  return (
    <Center p="xl" role="status" aria-label="Loading">
      <Loader />
    </Center>
  );
}

/** There is nothing to show yet, and what to do about it. */
export function Empty({
  title,
  children,
  to,
  action,
}: {
  title: string;
  children?: ReactNode;
  to?: string;
  action?: string;
}) {
  return (
    <Stack align="center" p="xl" gap="xs">
      <Title order={2} size="h4" ta="center">
        {title}
      </Title>
      {children && <Text ta="center">{children}</Text>}
      {to && action && (
        <Button component={Link} to={to} mt="sm">
          {action}
        </Button>
      )}
    </Stack>
  );
}

/** An error that belongs to no field. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const { message } = problemOf(error);
  return (
    <Alert color="red" title="This did not work" role="alert">
      <Stack align="start" gap="sm">
        <Text>{message}</Text>
        {retry && (
          <Button variant="default" onClick={retry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

interface Asked<T> {
  data: T | undefined;
  error?: unknown;
  refetch: () => unknown;
}

/** One of: loading, failed, or what was asked for. Data that is there stays in sight while newer data is fetched. */
export function Answered<T>({ of, children }: { of: Asked<T>; children: (data: T) => ReactNode }) {
  if (of.data !== undefined) return children(of.data);
  if (of.error) return <Failure error={of.error} retry={() => void of.refetch()} />;
  return <Loading />;
}
