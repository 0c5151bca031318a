/**
 * Native addons of a packaged program (edge): an asset of the executable, or a file beside the program's chunks. In an
 * executable it is opened from memory, since no place need be there that can be written to and executed from.
 */
import { closeSync, mkdtempSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { getRawAsset, isSea } from 'node:sea';
import { fileURLToPath } from 'node:url';

/** A file in memory with `data`, and what it is opened by; undefined where libc cannot be called. */
function inMemory(data: Uint8Array): { path: string; close(): void } | undefined {
  try {
    // Asked for by name: a Node without it gives undefined, where an import would end the program.
    const { functions } = process.getBuiltinModule('node:ffi').dlopen('libc.so.6', {
      memfd_create: { arguments: ['buffer', 'uint32'], return: 'int32' },
    });
    const closeOnExec = 1;
    const file = functions.memfd_create(Buffer.from('addon\0'), closeOnExec);
    if (file < 0) return undefined;
    for (let at = 0; at < data.length; ) at += writeSync(file, data, at);
    return { path: `/proc/self/fd/${file}`, close: () => closeSync(file) };
  } catch {
    return undefined;
  }
}

function onDisk(data: Uint8Array): { path: string; close(): void } {
  const dir = mkdtempSync(join(tmpdir(), 'suanlink-addon-'));
  const path = join(dir, 'addon.node');
  writeFileSync(path, data, { mode: 0o500 });
  return { path, close: () => rmSync(dir, { recursive: true }) };
}

function open(path: string): unknown {
  const loaded = { exports: {} };
  process.dlopen(loaded, path, constants.dlopen.RTLD_NOW);
  return loaded.exports;
}

/** What the addon `name` exports; throws when it cannot be loaded here. */
export function loadAddon(name: string): unknown {
  if (!isSea()) return open(fileURLToPath(new URL(`../${name}-${process.arch}.node`, import.meta.url)));
  const data = new Uint8Array(getRawAsset(`${name}.node`));
  const memory = inMemory(data);
  if (memory) {
    try {
      return open(memory.path);
    } catch {
      // A kernel may forbid programs from memory (vm.memfd_noexec): a file is left to try.
    } finally {
      memory.close();
    }
  }
  const file = onDisk(data);
  try {
    return open(file.path);
  } finally {
    file.close();
  }
}
