/** A disk thread (edge): what the workers run. */
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { serveDisk } from './disk-serve.ts';

const { niceness } = (workerData ?? {}) as { niceness?: number };
// On Linux every thread has its own, elsewhere it would be that of the whole process.
if (niceness !== undefined && process.platform === 'linux') setPriority(0, niceness);
if (parentPort) serveDisk(parentPort);
