import { Badge } from '@mantine/core';
import { formatEnum } from '../format/text.js';

const COLORS: Record<string, string> = {
  ACTIVE: 'teal',
  APPROVED: 'teal',
  LIVE: 'teal',
  SETTLED: 'teal',
  SUCCEEDED: 'teal',
  COMPLETED: 'blue',
  VALUE: 'teal',
  PENDING: 'yellow',
  SCHEDULED: 'yellow',
  RUNNING: 'yellow',
  READING: 'yellow',
  PAUSED: 'orange',
  UNAVAILABLE: 'orange',
  SUSPECT: 'orange',
  ABANDONED: 'orange',
  REJECTED: 'red',
  REVOKED: 'red',
  FAILED: 'red',
  REMOVED: 'red',
  CANCELLED: 'gray',
  WITHDRAWN: 'gray',
  RETURNED: 'orange',
};

/** A status by word and color; the word alone is enough to understand it. */
export function StatusBadge({ status }: { status: string }) {
  return (
    <Badge color={COLORS[status] ?? 'gray'} variant="light" autoContrast>
      {formatEnum(status)}
    </Badge>
  );
}
