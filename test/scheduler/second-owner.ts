/** A process that tries to open a state directory and says why it may not; made to be run beside the owner. */
import { openDisk } from '../../scheduler/store/disk.ts';

try {
  await openDisk({ stateDir: process.argv[2] ?? '', schedulerId: 'b' });
  console.log('opened');
  process.exit(1);
} catch (caught) {
  const { code, details, message } = caught as { code: string; details: { pid: number }; message: string };
  console.log(code, details.pid, message);
}
