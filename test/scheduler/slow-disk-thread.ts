/** The disk thread with a disk that hangs before every commit while the test holds it. */
import { parentPort, workerData } from 'node:worker_threads';
import { type DiskOptions, serveDisk } from '../../scheduler/store/disk-serve.ts';

const { held, ...options } = workerData as DiskOptions & { held: Int32Array };
if (parentPort)
  await serveDisk(parentPort, options, {
    beforeCommit() {
      Atomics.wait(held, 0, 1);
    },
  });
