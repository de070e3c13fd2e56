import { requireNode } from './node-version.js';

// Before anything that an older Node cannot load.
requireNode();
await import('reflect-metadata');
const { runCommand } = await import('./commands/run-command.js');
await runCommand(process.argv.slice(2));
