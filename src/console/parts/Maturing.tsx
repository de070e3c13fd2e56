import { isZero } from '../format/money.js';
import { formatDay } from '../format/text.js';
import { FigureCard } from './FigureCard.js';
import { Money, When } from './figures.js';

/** Earnings of ended campaigns that wait for the holding period; nothing where none do. */
export function Maturing({ amount, nextAt }: { amount: string; nextAt: string | null }) {
  if (isZero(amount)) return null;
  return (
    <FigureCard
      label="Available later"
      note={
        nextAt ? (
          <>
            Earned in ended campaigns. The next of it is available <When at={nextAt} />, on {formatDay(nextAt)}.
          </>
        ) : (
          'Earned in ended campaigns.'
        )
      }
    >
      <Money amount={amount} />
    </FigureCard>
  );
}
