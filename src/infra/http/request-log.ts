import type { ApolloServerPlugin } from '@apollo/server';
import { Kind, type OperationDefinitionNode } from 'graphql';
import { newId } from '../identifier.js';
import type { Logger } from '../observability/logger.js';
import { counter, duration } from '../observability/metrics.js';
import { traced } from '../observability/tracing.js';
import { type Handler, HttpError } from './http-server.js';
import { note, type RequestRecord, recording } from './request-record.js';

const requests = counter('requests_total', 'GraphQL requests by first field and error code.', ['field', 'code']);
const seconds = duration('request_duration_seconds', 'How long GraphQL requests took.', ['field']);
/** An id that a proxy or a client has given the request. */
const REQUEST_ID = /^[\w.:-]{1,100}$/;

/** Gives each request an id, and leaves one line of it in the log, a count and a trace. */
export function recordRequests(handler: Handler, log: Logger): Handler {
  return async (request, response, url) => {
    const given = String(request.headers['x-request-id'] ?? '');
    const id = REQUEST_ID.test(given) ? given : newId();
    const record: RequestRecord = { id, userId: null, operation: null, field: 'none', statements: 0, code: null };
    response.setHeader('x-request-id', id);
    const begun = performance.now();
    const answer = async (rename: (name: string) => void) => {
      await handler(request, response, url);
      rename(record.operation ?? record.field);
      return response.statusCode;
    };
    const tell = (status: number) => {
      const { operation, userId, statements, code, field } = record;
      const tookMs = performance.now() - begun;
      requests.inc({ field, code: code ?? (status < 400 ? 'OK' : String(status)) });
      seconds.observe({ field }, tookMs / 1_000);
      const durationMs = Math.trunc(tookMs * 10) / 10;
      log.info({ requestId: id, userId, operation, durationMs, statements, code, status }, 'request');
    };
    try {
      tell(await recording(record, () => traced('graphql', { 'request.id': id }, answer)));
    } catch (error) {
      tell(error instanceof HttpError ? error.status : 500);
      throw error;
    }
  };
}

/** The name of an operation's first field, with its kind: "query campaigns". */
function firstField({ operation, selectionSet }: OperationDefinitionNode): string {
  const first = selectionSet.selections.find((selection) => selection.kind === Kind.FIELD);
  return `${operation} ${first?.kind === Kind.FIELD ? first.name.value : 'of a fragment'}`;
}

/** Notes what a request asks for, and the first error that it is answered. */
export const noteOperation: ApolloServerPlugin<object> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ operation, operationName }) {
        const field = operation ? firstField(operation) : 'none';
        note({ field, operation: operationName ?? field });
      },
      async willSendResponse({ response }) {
        const errors = response.body.kind === 'single' ? response.body.singleResult.errors : undefined;
        if (errors?.[0]) note({ code: String(errors[0].extensions?.code) });
      },
    };
  },
};
