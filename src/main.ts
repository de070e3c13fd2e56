import { requireNode } from './node-version.js';

// Before anything that an older Node cannot load.
requireNode();
await import('reflect-metadata');
const { main } = await import('./server.js');
await main();
