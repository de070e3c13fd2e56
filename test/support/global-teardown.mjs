import fs from 'node:fs';

export default async function globalTeardown() {
  await globalThis.testServer.own?.stop();
  fs.rmSync(globalThis.testServer.directory, { recursive: true, force: true });
}
