/** What this machine has to give containers (edge): device nodes, and what its CDI specifications name. */
import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** Entries of a folder; one that this machine has not got has none. */
function entries(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Folders below /dev without devices of a vendor, in which there may be thousands of entries. */
const others = new Set(['fd', 'hugepages', 'mqueue', 'pts', 'shm']);

/** /dev and the folders directly below it: which of them a vendor uses (`dri`, `accel`, …) need not be known here. */
function nodeFolders(): string[] {
  const below = entries('/dev').filter((entry) => entry.isDirectory() && !others.has(entry.name));
  return ['/dev', ...below.map(({ name }) => `/dev/${name}`)];
}

/** Paths of the character devices directly in these folders. Links are left out: what they lead to may be another
 * device tomorrow, and a container must get the device that was looked at. */
export function listDeviceNodes(folders: readonly string[] = nodeFolders()): string[] {
  return folders.flatMap((folder) =>
    entries(folder)
      .filter((entry) => entry.isCharacterDevice())
      .map(({ name }) => `${folder}/${name}`),
  );
}

/** Fully qualified CDI device names (`nvidia.com/gpu=GPU-…`) of the specifications in the folders that engines read, and
 * the device nodes that each adds. A specification that cannot be read has none: the engine could not use it either. */
export function listCdi(
  folders: readonly string[] = ['/etc/cdi', '/var/run/cdi'],
): Readonly<Record<string, readonly string[]>> {
  const files = folders.flatMap((folder) => entries(folder).map(({ name }) => join(folder, name)));
  return Object.fromEntries(files.filter((file) => /\.(?:json|ya?ml)$/.test(file)).flatMap(namesIn));
}

/** A member of a value from outside; undefined where there is none. */
function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([k]) => k === key)?.[1]
    : undefined;
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function namesIn(file: string): [string, string[]][] {
  try {
    const spec: unknown = parse(readFileSync(file, 'utf8'));
    const kind = member(spec, 'kind');
    return list(member(spec, 'devices')).flatMap((device): [string, string[]][] => {
      const name = member(device, 'name');
      if (typeof kind !== 'string' || typeof name !== 'string') return [];
      const nodes = list(member(member(device, 'containerEdits'), 'deviceNodes'));
      const paths = nodes.map((node) => member(node, 'hostPath') ?? member(node, 'path'));
      return [[`${kind}=${name}`, paths.filter((path) => typeof path === 'string')]];
    });
  } catch {
    return [];
  }
}
