/** What this machine has to give containers (edge): device nodes, and the names in its CDI specifications. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** Names in a folder; one that this machine has not got has none. */
function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Paths of the entries directly in /dev and in the folders that vendors use below it. */
export function listDeviceNodes(): string[] {
  const folders = ['/dev', '/dev/dri', '/dev/accel', '/dev/nvidia-caps', '/dev/cambricon-caps'];
  return folders.flatMap((folder) => names(folder).map((name) => `${folder}/${name}`));
}

/** Fully qualified CDI device names (`nvidia.com/gpu=GPU-…`) of the specifications in the folders that engines read.
 * A specification that cannot be read has none: the engine could not use it either. */
export function listCdiNames(folders: readonly string[] = ['/etc/cdi', '/var/run/cdi']): string[] {
  const files = folders.flatMap((folder) => names(folder).map((name) => join(folder, name)));
  return files.filter((file) => /\.(?:json|ya?ml)$/.test(file)).flatMap(namesIn);
}

function namesIn(file: string): string[] {
  try {
    const spec: unknown = parse(readFileSync(file, 'utf8'));
    if (typeof spec !== 'object' || spec === null || !('kind' in spec) || !('devices' in spec)) return [];
    const { kind, devices } = spec;
    if (typeof kind !== 'string' || !Array.isArray(devices)) return [];
    const of = (device: unknown): string[] =>
      typeof device === 'object' && device !== null && 'name' in device && typeof device.name === 'string'
        ? [`${kind}=${device.name}`]
        : [];
    return devices.flatMap(of);
  } catch {
    return [];
  }
}
