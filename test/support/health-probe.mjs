// Asks /healthz every second and writes each answer as a line of JSON. node health-probe.mjs ADDRESS
const PERIOD_MS = 1_000;
const LIMIT_MS = 60_000;
const [address] = process.argv.slice(2);

async function ask() {
  const asked = performance.now();
  const status = await fetch(`${address}/healthz`, { signal: AbortSignal.timeout(LIMIT_MS) }).then(
    async (response) => (await response.text()) && response.status,
    () => 0,
  );
  process.stdout.write(`${JSON.stringify({ status, ms: performance.now() - asked })}\n`);
}

for (;;) {
  const next = new Promise((resolve) => setTimeout(resolve, PERIOD_MS));
  await ask();
  await next;
}
