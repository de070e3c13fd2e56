import { LineChart } from '@mantine/charts';
import { Text } from '@mantine/core';
import { formatCount, formatEnum, formatInstant, formatShortCount } from '../format/text.js';
import { PlotNote } from './plots.js';
import type { Reading } from './ReadingTable.js';

/** A clip's views over time, with the baseline that pays nothing and the minimum from which it pays. */
export function ReadingsPlot(props: { readings: readonly Reading[]; baseline: number; minimum: number }) {
  const { readings, baseline, minimum } = props;
  const data = [...readings]
    .reverse()
    .map((reading) => ({ at: reading.trackedAt, views: reading.views, outcome: reading.outcome }));
  const lines = [
    { y: baseline, label: 'Baseline', color: 'gray.6' },
    ...(minimum > 0 ? [{ y: baseline + minimum, label: 'Pays from here', color: 'orange.7' }] : []),
  ];
  const missing = readings.filter((reading) => reading.views === null).length;
  return (
    <>
      <LineChart
        h={260}
        data={data}
        dataKey="at"
        curveType="linear"
        connectNulls
        series={[{ name: 'views', label: 'Views', color: 'teal.7' }]}
        referenceLines={lines}
        xAxisProps={{ tickFormatter: formatInstant, minTickGap: 60 }}
        yAxisProps={{ tickFormatter: (value: number) => formatShortCount(value), width: 48 }}
        tooltipProps={{
          content: ({ label }) => {
            const point = data.find((each) => each.at === label);
            if (!point) return null;
            return (
              <PlotNote>
                {formatInstant(point.at)}:{' '}
                {point.views === null ? formatEnum(point.outcome) : `${formatCount(point.views)} views`}
              </PlotNote>
            );
          },
        }}
      />
      {missing > 0 && (
        <Text size="sm">
          {missing} of {readings.length} readings brought no count. Unknown is not zero: they change nothing.
        </Text>
      )}
    </>
  );
}
