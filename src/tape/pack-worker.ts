/** The packing thread: one log, one segment, one answer. */
import { parentPort, workerData } from 'node:worker_threads';
import { type PackJob, packLog } from './pack.ts';

parentPort?.postMessage(await packLog(workerData as PackJob));
