import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';
import { databaseOutage, describeOutage } from '../database/outage.rules.js';
import { Sampler } from './sampler.js';

export type { Logger };

/** Where PostgreSQL and MikroORM begin to quote the row that was refused: it may hold payout details. */
const QUOTED_ROW = /\s*-?\s*(detail|hint):[\s\S]*$/i;

/**
 * What is told of an error: its kind, message, code and where it came from. Nothing else that libraries hang on it: rows of
 * the database, requests with their tokens.
 */
export function tellError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code, table, constraint } = error as Error & Record<'code' | 'table' | 'constraint', unknown>;
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  return {
    type: error.name,
    message: error.message.replace(QUOTED_ROW, ''),
    code,
    table,
    constraint,
    stack: frames.slice(0, FRAMES_LOGGED).join('\n'),
    cause: error.cause instanceof Error && error.cause !== error ? error.cause.name : undefined,
  };
}

const FRAMES_LOGGED = 20;

/** While the database is away, one line in this time tells of each cause. */
const OUTAGE_LOGGED_MS = 10_000;

/** Lets one line without a stack stand for everything that fails while the database is away. */
function sampleOutages(): NonNullable<LoggerOptions['hooks']>['logMethod'] {
  const outages = new Sampler(OUTAGE_LOGGED_MS);
  return function logMethod(args, method) {
    const [fields] = args as unknown[] as [{ err?: unknown } | undefined];
    const outage = fields?.err ? databaseOutage(fields.err) : undefined;
    if (!outage) return method.apply(this, args);
    const sample = outages.take(outage);
    if (sample) method.apply(this, [{ cause: outage, ...sample }, describeOutage(outage)] as never);
  };
}

/**
 * The process's structured log, one JSON object a line on standard output.
 * Tokens, secrets and payout details are cut out wherever they appear under their usual names.
 * @param destination where to write; none for standard output
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options: LoggerOptions = {
    level,
    base: null,
    serializers: { err: tellError },
    hooks: { logMethod: sampleOutages() },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: [
        'authorization',
        'token',
        'secret',
        'password',
        'details',
        'sealedDetails',
        '*.authorization',
        '*.token',
        '*.secret',
        '*.password',
        '*.details',
        '*.sealedDetails',
      ],
      censor: '[cut]',
    },
  };
  return destination ? pino(options, destination) : pino(options);
}
