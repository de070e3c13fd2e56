import type { Span, Tracer } from '@opentelemetry/api';

/** The variables that say where traces go; without one of them nothing of OpenTelemetry is even loaded. */
const WHERE = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];
const NAME = 'clipledger';

type Attributes = Record<string, string | number | boolean>;

let tracer: Tracer | undefined;
let failed: (span: Span, error: unknown) => void = () => undefined;

/**
 * Sends traces by OTLP over HTTP when the standard OTEL_ variables name an address; they also say how (service name,
 * headers, sampler, batches).
 * @returns what to do at the end so that no span is lost; undefined when traces are off
 */
export async function startTracing(
  environment: Record<string, string | undefined>,
): Promise<(() => Promise<void>) | undefined> {
  if (environment.OTEL_SDK_DISABLED === 'true' || !WHERE.some((name) => environment[name])) return undefined;
  const [api, sdk, { OTLPTraceExporter }, resources] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const own = resources.resourceFromAttributes({ 'service.name': NAME });
  const given = resources.detectResources({ detectors: [resources.envDetector] });
  const provider = new sdk.NodeTracerProvider({
    resource: own.merge(given),
    spanProcessors: [new sdk.BatchSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register();
  tracer = provider.getTracer(NAME);
  failed = (span, error) => {
    span.setStatus({ code: api.SpanStatusCode.ERROR, message: (error as Error).message });
  };
  return async () => {
    tracer = undefined;
    await provider.shutdown();
  };
}

/**
 * Begins a span with nothing below it; the answer ends it, with the error if there is one. Undefined when traces are
 * off.
 */
export function openSpan(name: string, attributes: Attributes): ((error?: unknown) => void) | undefined {
  const span = tracer?.startSpan(name, { attributes });
  if (!span) return undefined;
  return (error) => {
    if (error) failed(span, error);
    span.end();
  };
}

/**
 * Runs `work` inside a span, which what it does in turn lies below; just runs it when traces are off.
 * @param work is given a way to name the span, where its name is known only later
 */
export function traced<T>(
  name: string,
  attributes: Attributes,
  work: (rename: (name: string) => void) => Promise<T>,
): Promise<T> {
  if (!tracer) return work(() => undefined);
  return tracer.startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work((better) => void span.updateName(better));
    } catch (error) {
      failed(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}
