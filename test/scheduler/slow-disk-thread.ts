/** The thread of the store with a disk that hangs before every commit while the test holds it, and counts them. */
import { parentPort, workerData } from 'node:worker_threads';
import { serveDisk } from '../../scheduler/store/disk-serve.ts';

const { held } = workerData as { held: Int32Array };
if (parentPort)
  serveDisk(parentPort, {
    beforeCommit() {
      Atomics.add(held, 1, 1);
      Atomics.wait(held, 0, 1);
    },
  });
