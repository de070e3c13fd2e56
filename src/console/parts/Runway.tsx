import { formatDistance } from '../format/text.js';
import { Money } from './figures.js';

interface Outlook {
  status: string;
  forecast: { earningsPerDay: string; exhaustsAt: string | null } | null;
}

/** How long the budget lasts, in words. */
export function Runway({ campaign }: { campaign: Outlook }) {
  if (campaign.status === 'COMPLETED' || campaign.status === 'CANCELLED') return <>This campaign has ended.</>;
  const { forecast } = campaign;
  if (!forecast) return <>Too early to say how long it lasts.</>;
  if (!forecast.exhaustsAt) return <>Nothing was spent in the last days.</>;
  return (
    <>
      At <Money amount={forecast.earningsPerDay} /> a day it is spent {formatDistance(forecast.exhaustsAt)}.
    </>
  );
}
