import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What this process has counted since it began, for Prometheus; several instances are added up there. */
const registry = new Registry();
const PREFIX = 'clipledger_';
/** From a statement's time to the longest that a call may take, in seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/**
 * Declares a counter; a room declares its own next to what it counts. Labels take few values, never what a client
 * sends.
 */
export const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
  new Counter<Label>({ name: `${PREFIX}${name}`, help, labelNames, registers: [registry] });

/** Declares a gauge. @param read asked for the value at each scrape */
export const gauge = <Label extends string>(
  name: string,
  help: string,
  labelNames: readonly Label[] = [],
  read?: (gauge: Gauge<Label>) => void | Promise<void>,
) =>
  new Gauge<Label>({
    name: `${PREFIX}${name}`,
    help,
    labelNames,
    registers: [registry],
    ...(read
      ? {
          collect(this: Gauge<Label>) {
            return read(this);
          },
        }
      : {}),
  });

/** Declares a histogram of durations in seconds. */
export const duration = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
  new Histogram<Label>({ name: `${PREFIX}${name}`, help, labelNames, buckets: BUCKETS, registers: [registry] });

/** The text that Prometheus reads. */
export const metricsText = (): Promise<string> => registry.metrics();
export const METRICS_TYPE = registry.contentType;

collectDefaultMetrics({ register: registry });
