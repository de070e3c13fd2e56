import type { ApolloServerPlugin } from '@apollo/server';
import type { FastifyRequest, onRequestHookHandler, onSendHookHandler } from 'fastify';
import { Kind, type OperationDefinitionNode } from 'graphql';
import type { Logger } from '../observability/logger.js';
import { counter, duration } from '../observability/metrics.js';
import { Sampler } from '../observability/sampler.js';
import { note, type RequestRecord, recording } from './request-record.js';

const requests = counter('requests_total', 'GraphQL requests by first field and error code.', ['field', 'code']);
const seconds = duration('request_duration_seconds', 'How long GraphQL requests took.', ['field']);
/** All calls that came too often are logged as one line in this time. */
const REFUSALS_LOGGED_MS = 1_000;
/** Longer names of operations are cut: a client chooses them. */
const NAME_LENGTH = 100;

const TOO_MANY = 429;

/** What is known of the requests that are being answered. */
const records = new WeakMap<FastifyRequest, { record: RequestRecord; begunMs: number }>();

/** Begins the record of a request; what is done for it from here on may add to it. */
export const beginRecord: onRequestHookHandler = (request, _reply, done) => {
  const { id } = request;
  const record: RequestRecord = { id, userId: null, operation: null, field: 'none', statements: 0, code: null };
  records.set(request, { record, begunMs: performance.now() });
  recording(record, done);
};

/**
 * Leaves one line of a request in the log, and counts it, when its answer is ready. Of the calls that came too often
 * few leave one, which says how many did not.
 */
export function endRecord(log: Logger): onSendHookHandler {
  const refusals = new Sampler(REFUSALS_LOGGED_MS);
  return (request, reply, payload, done) => {
    const known = records.get(request);
    if (known) {
      records.delete(request);
      const { operation, userId, statements, code, field } = known.record;
      const { statusCode: status } = reply;
      const tookMs = performance.now() - known.begunMs;
      requests.inc({ field, code: code ?? (status < 400 ? 'OK' : String(status)) });
      seconds.observe({ field }, tookMs / 1_000);
      const durationMs = Math.trunc(tookMs * 10) / 10;
      const sample = status === TOO_MANY ? refusals.take('refused') : {};
      if (sample)
        log.info(
          { requestId: request.id, userId, operation, durationMs, statements, code, status, ...sample },
          'request',
        );
    }
    done(null, payload);
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
        note({ field, operation: (operationName ?? field).slice(0, NAME_LENGTH) });
      },
      async willSendResponse({ response }) {
        const errors = response.body.kind === 'single' ? response.body.singleResult.errors : undefined;
        if (errors?.[0]) note({ code: String(errors[0].extensions?.code) });
      },
    };
  },
};
