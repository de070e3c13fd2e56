import { Table } from '@mantine/core';
import type { ReactNode } from 'react';

export interface Column<Row> {
  title: string;
  /** Figures stand at the right. */
  right?: boolean;
  /** A column of buttons has a title for screen readers alone. */
  hiddenTitle?: boolean;
  cell: (row: Row) => ReactNode;
}

/** Rows of a list. It scrolls sideways where the screen is narrow. */
export function DataTable<Row extends { id: string }>(props: {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  minWidth?: number;
}) {
  const { label, columns, rows, minWidth = 640 } = props;
  return (
    <Table.ScrollContainer minWidth={minWidth} type="native" tabIndex={0} aria-label={label} role="region">
      <Table striped verticalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            {columns.map(({ title, right, hiddenTitle }) => (
              <Table.Th key={title} ta={right ? 'right' : undefined} scope="col">
                {hiddenTitle ? <span className="visually-hidden">{title}</span> : title}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.id}>
              {columns.map(({ title, right, cell }) => (
                <Table.Td key={title} ta={right ? 'right' : undefined}>
                  {cell(row)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
