import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError, OperationTypeNode } from 'graphql';
import { DomainError } from '../../shared/errors.js';

/** Refuses a subscription that is sent over HTTP: there it has no stream to answer from. */
export const refuseSubscriptions: ApolloServerPlugin<object> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ operation }) {
        if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) return;
        throw new GraphQLError('', {
          originalError: new DomainError(
            'BAD_REQUEST',
            'Subscriptions go over the WebSocket at /graphql (protocol graphql-transport-ws), not over HTTP.',
          ),
          extensions: { http: { status: 400 } },
        });
      },
    };
  },
};
