import type { ApolloServerPlugin } from '@apollo/server';
import { databaseOutage } from '../database/outage.rules.js';

/**
 * Answers 503 when nothing of an operation could be answered because the database is away; balancers and clients try
 * again.
 */
export const outageStatus: ApolloServerPlugin<object> = {
  async requestDidStart() {
    return {
      async willSendResponse({ errors, response }) {
        if (!errors || response.body.kind !== 'single') return;
        const answered = Object.values(response.body.singleResult.data ?? {}).some((value) => value !== null);
        if (!answered && errors.some((error) => databaseOutage(error))) response.http.status = 503;
      },
    };
  },
};
