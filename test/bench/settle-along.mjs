import 'reflect-metadata';
import { createLogger } from '../../dist/src/infra/observability/logger.js';
import { settleUntilStopped } from './settle.mjs';

await settleUntilStopped(process.argv[2], Number(process.argv[3]), createLogger('error'));
