import { Button, Group, Text } from '@mantine/core';

/** The end of a list by cursor: how many are in sight, and more of them. */
export function MoreButton(props: {
  shown: number;
  total: number;
  hasNextPage: boolean;
  loading: boolean;
  more: () => void;
}) {
  const { shown, total, hasNextPage, loading, more } = props;
  return (
    <Group justify="center" p="md">
      <Text size="sm" aria-live="polite">
        {shown} of {total}
      </Text>
      {hasNextPage && (
        <Button variant="default" onClick={more} loading={loading}>
          Show more
        </Button>
      )}
    </Group>
  );
}
