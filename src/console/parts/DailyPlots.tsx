import { Card, SimpleGrid, Title } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { Day } from './plots.js';
import { Loading } from './states.js';

// Charts are loaded when a screen shows one.
const EarningsPlot = lazy(() => import('./plots.js').then((all) => ({ default: all.EarningsPlot })));
const ViewsPlot = lazy(() => import('./plots.js').then((all) => ({ default: all.ViewsPlot })));

/** Earnings and views gained, each per day, side by side where there is room. */
export function DailyPlots({ days }: { days: readonly Day[] }) {
  return (
    <Suspense fallback={<Loading />}>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Card withBorder>
          <Title order={2} size="h4" mb="sm">
            Earnings per day
          </Title>
          <EarningsPlot days={days} />
        </Card>
        <Card withBorder>
          <Title order={2} size="h4" mb="sm">
            Views gained per day
          </Title>
          <ViewsPlot days={days} />
        </Card>
      </SimpleGrid>
    </Suspense>
  );
}
