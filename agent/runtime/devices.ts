/** Device nodes of this machine (edge), for the vendors' grants. */
import { readdirSync } from 'node:fs';

/** Paths of character devices' directory entries directly in /dev and in the folders vendors use below it. */
export function listDeviceNodes(): string[] {
  const folders = ['/dev', '/dev/dri', '/dev/accel', '/dev/nvidia-caps', '/dev/cambricon-caps'];
  return folders.flatMap((folder) => {
    try {
      return readdirSync(folder).map((name) => `${folder}/${name}`);
    } catch {
      // A folder that this machine has not got has no nodes.
      return [];
    }
  });
}
