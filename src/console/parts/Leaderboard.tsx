import type { CampaignPageQuery } from '../../../schema/generated/graphql.js';
import { DataTable } from './DataTable.js';
import { Count, Money } from './figures.js';
import { Empty } from './states.js';

type Entry = NonNullable<CampaignPageQuery['campaign']>['leaderboard'][number];

/** Who earned most in a campaign. */
export function Leaderboard({ entries }: { entries: readonly Entry[] }) {
  if (entries.length === 0)
    return <Empty title="Nobody has earned yet">The first settled round fills this list.</Empty>;
  return (
    <DataTable
      label="Leaderboard"
      minWidth={300}
      rows={entries.map((entry) => ({ ...entry, id: String(entry.rank) }))}
      columns={[
        { title: 'Rank', cell: (row) => row.rank },
        { title: 'Clipper', cell: (row) => row.clipper.name },
        { title: 'Clips', right: true, cell: (row) => <Count value={row.clipCount} /> },
        { title: 'Views', right: true, cell: (row) => <Count value={row.views} /> },
        { title: 'Earned', right: true, cell: (row) => <Money amount={row.earnings} /> },
      ]}
    />
  );
}
