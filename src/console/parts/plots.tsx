import { AreaChart, BarChart } from '@mantine/charts';
import { Paper, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useSettings } from '../app/settings.js';
import { formatMoney, plotted } from '../format/money.js';
import { formatCount, formatDay, formatShortCount } from '../format/text.js';

/** A day of a timeline. */
export interface Day {
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
        content: ({ label }) => {
          const earned = byDate.get(String(label));
          // Without a point under the pointer there is no label.
          if (earned === undefined) return null;
          return (
            <PlotNote>
              {formatDay(String(label))}: {formatMoney(earned, currency)}
            </PlotNote>
          );
        },
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
        content: ({ label }) => {
          const day = days.find(({ date }) => date === label);
          if (!day) return null;
          return (
            <PlotNote>
              {formatDay(day.date)}: {formatCount(day.viewsGained)} views
            </PlotNote>
          );
        },
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
