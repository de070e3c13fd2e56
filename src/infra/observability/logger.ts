import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';
import { databaseOutage, describeOutage } from '../database/outage.rules.js';
import { Sampler } from './sampler.js';

export type { Logger };

/** Where PostgreSQL and MikroORM begin to quote the row that was refused: it may hold payout details. */
const QUOTED_ROW = /\s*-?\s*(detail|hint):[\s\S]*$/i;

/**
 * What is logged of an error: its kind, message, code and where it came from. Nothing else that libraries hang on it:
 * rows of the database, requests with their tokens.
 */
export function describeError(error: unknown): unknown {
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
const ERROR_LEVEL = 50;
/** Deeper than libraries nest their errors. */
const CAUSES_LOOKED_AT = 5;

/** The cause that a code of PostgreSQL or of the network stands for; undefined for any other code. */
function causeOfCode(code: string): string | undefined {
  if (/^[0-9A-Z]{5}$/.test(code) && /\d/.test(code)) return `database.${code}`;
  return /^E[A-Z]+$/.test(code) ? `network.${code}` : undefined;
}

/**
 * What an error comes down to, in one word that can be searched and counted: database.57P01 (SQLSTATE),
 * network.ECONNREFUSED, source.LOST, else the kind of the error.
 */
export function causeOf(error: unknown): string {
  let each = error;
  for (let depth = 0; each instanceof Error && depth < CAUSES_LOOKED_AT; depth += 1) {
    const { code, failure } = each as { code?: unknown; failure?: unknown };
    if (typeof failure === 'string') return `source.${failure}`;
    const known = typeof code === 'string' ? causeOfCode(code) : undefined;
    if (known) return known;
    each = each.cause;
  }
  return error instanceof Error ? `error.${error.name}` : 'unknown';
}

/** Gives every line about an error its cause. */
function withCause(line: { err?: unknown; cause?: unknown }, level: number): object {
  return level >= ERROR_LEVEL && line.cause === undefined ? { cause: causeOf(line.err) } : {};
}

/** While the database is away, each cause is logged once in this time. */
const OUTAGE_LOGGED_MS = 10_000;

/** Lets one line without a stack stand for everything that fails while the database is away. */
function sampleOutages(): NonNullable<LoggerOptions['hooks']>['logMethod'] {
  const outages = new Sampler(OUTAGE_LOGGED_MS);
  return function logMethod(args, method) {
    const [fields] = args as unknown[] as [{ err?: unknown } | undefined];
    const outage = fields?.err ? databaseOutage(fields.err) : undefined;
    if (!outage) return method.apply(this, args);
    const sample = outages.take(outage);
    if (sample) method.apply(this, [{ cause: causeOfCode(outage), ...sample }, describeOutage(outage)] as never);
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
    serializers: { err: describeError },
    hooks: { logMethod: sampleOutages() },
    mixin: withCause,
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
