// The emulated source in a process of its own, so that its memory is not counted as ours. Prints its address.
import { ApifyEmulator } from '../../dist/src/demo/apify-emulator.js';

const source = await ApifyEmulator.start();
process.stdout.write(`${source.url}\n`);
process.stdin.resume().on('end', () => process.exit(0));
setInterval(() => {
  // Runs hold their items; what has been read long ago is let go.
  for (const run of source.runs.slice(0, -20)) run.items = [];
}, 1_000);
