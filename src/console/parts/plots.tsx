import { AreaChart, BarChart } from '@mantine/charts';
import { Paper, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useSettings } from '../app/settings.js';
import { formatMoney, plotted } from '../format/money.js';
import { formatCount, formatDay, formatShortCount } from '../format/text.js';

interface Day {
  date: string;
  earnings: string;
  viewsGained: number;
}

/** Earnings per day. Coordinates are numbers; whatever is read is the API's own string. */
export function EarningsPlot({ days }: { days: readonly Day[] }) {
  const { currency } = useSettings();
  const byDate = new Map(days.map((day) => [day.date, day.earnings]));
  const data = days.map((day) => ({ date: day.date, earnings: plotted(day.earnings) }));
  return (
    <BarChart
      h={220}
      data={data}
      dataKey="date"
      series={[{ name: 'earnings', label: 'Earnings', color: 'teal.7' }]}
      xAxisProps={{ tickFormatter: formatDay, minTickGap: 40 }}
      yAxisProps={{ tickFormatter: (value: number) => formatShortCount(value), width: 48 }}
      tooltipProps={{
        content: ({ label }) => (
          <PlotNote>
            {formatDay(String(label))}: {formatMoney(byDate.get(String(label)) ?? '0.00', currency)}
          </PlotNote>
        ),
      }}
    />
  );
}

/** Views gained per day. */
export function ViewsPlot({ days }: { days: readonly Day[] }) {
  return (
    <AreaChart
      h={220}
      data={days.map(({ date, viewsGained }) => ({ date, viewsGained }))}
      dataKey="date"
      curveType="linear"
      series={[{ name: 'viewsGained', label: 'Views gained', color: 'blue.7' }]}
      xAxisProps={{ tickFormatter: formatDay, minTickGap: 40 }}
      yAxisProps={{ tickFormatter: (value: number) => formatShortCount(value), width: 48 }}
      tooltipProps={{
        content: ({ label, payload }) => (
          <PlotNote>
            {formatDay(String(label))}: {formatCount((payload?.[0]?.value as number | undefined) ?? 0)} views
          </PlotNote>
        ),
      }}
    />
  );
}

/** What a point of a plot says. */
export function PlotNote({ children }: { children: ReactNode }) {
  return (
    <Paper withBorder p="xs" shadow="sm">
      <Text size="sm">{children}</Text>
    </Paper>
  );
}
