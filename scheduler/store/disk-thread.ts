/** The disk thread itself (edge): what the worker runs. */
import { parentPort, workerData } from 'node:worker_threads';
import { type DiskOptions, serveDisk } from './disk-serve.ts';

if (parentPort) await serveDisk(parentPort, workerData as DiskOptions);
