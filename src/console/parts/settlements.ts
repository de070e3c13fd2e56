import { useSubscription } from '@apollo/client/react';
import { useEffect, useRef } from 'react';
import { CampaignSettledDocument } from '../../../schema/generated/graphql.js';
import { useLive } from '../api/live.js';

/**
 * Asks again for the figures of an open screen whenever a round of its campaign settles, and when a lost connection is back.
 * @param campaignId null: the reader is told nothing of this campaign
 */
export function useSettlements(campaignId: string | null, again: () => unknown): void {
  const live = useLive();
  const before = useRef(live);
  useSubscription(CampaignSettledDocument, {
    variables: { id: campaignId ?? '' },
    skip: campaignId === null,
    onData: () => void again(),
  });
  useEffect(() => {
    if (before.current === false && live === true && campaignId !== null) again();
    before.current = live;
  }, [live, campaignId, again]);
}
