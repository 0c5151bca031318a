/** A disk thread (edge): what the workers run. */
import { parentPort } from 'node:worker_threads';
import { serveDisk } from './disk-serve.ts';

if (parentPort) serveDisk(parentPort);
