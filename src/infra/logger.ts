import { type Logger, pino } from 'pino';

export type { Logger };

/**
 * The process's structured log, one JSON object a line on standard output.
 * Tokens, secrets and payout details are cut out wherever they appear under their usual names.
 */
export function createLogger(level: string): Logger {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: [
        'authorization',
        'token',
        'secret',
        'password',
        'details',
        '*.authorization',
        '*.token',
        '*.secret',
        '*.password',
        '*.details',
      ],
      censor: '[cut]',
    },
  });
}
