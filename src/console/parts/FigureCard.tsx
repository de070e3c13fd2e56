import { Card, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** One figure with its name, and a sentence about it where one is needed. */
export function FigureCard({ label, children, note }: { label: string; children: ReactNode; note?: ReactNode }) {
  return (
    <Card withBorder padding="md">
      <Text size="sm">{label}</Text>
      <Text size="xl" fw={700} component="div">
        {children}
      </Text>
      {note && (
        <Text size="sm" component="div">
          {note}
        </Text>
      )}
    </Card>
  );
}
