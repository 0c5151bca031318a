/**
 * Looks that may hang for ever in the kernel or the C library (a dead NFS server, name servers behind a firewall): made in a
 * short-lived process of this program, which can be abandoned where a thread of ours could not (edge).
 */
import { lookup } from 'node:dns/promises';
import { existsSync } from 'node:fs';
import { open, rm, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runTool } from '../../../agent/probe/exec.ts';
import type { DiskFacts } from '../judge/disk.ts';
import { list, record, text } from './json.ts';

/** Less than the cap of a check, so that the process is ended within it. */
const asideMs = 2_300;

/** What another process found; undefined when it did not end in time. */
async function aside(
  self: readonly string[],
  words: readonly string[],
): Promise<Record<string, unknown> | undefined> {
  const [program = '', ...args] = self;
  const output = await runTool(program, [...args, 'internal-doctor', ...words], {
    timeoutMs: asideMs,
    killAfterMs: 100,
    abandonAfterMs: 100,
  });
  if (output.problem !== undefined) return undefined;
  return record(JSON.parse(output.stdout));
}

/** The file system of `dir`; with `write` a small file is written there and removed. Undefined when it hangs. */
export async function gatherDisk(
  self: readonly string[],
  dir: string,
  write: boolean,
): Promise<DiskFacts | undefined> {
  const found = await aside(self, ['disk', dir, write ? 'write' : 'look']);
  if (!found) return undefined;
  const number = (name: string): number => Number(found[name] ?? 0);
  return {
    dir,
    exists: found['exists'] === true,
    freeBytes: number('freeBytes'),
    totalBytes: number('totalBytes'),
    freeInodes: number('freeInodes'),
    totalInodes: number('totalInodes'),
    writeError: text(found['writeError']),
  };
}

/** Addresses of `host`, or why there are none; undefined when nobody answers. */
export async function gatherAddresses(
  self: readonly string[],
  host: string,
): Promise<{ addresses: string[]; why: string } | undefined> {
  const found = await aside(self, ['dns', host]);
  return found && { addresses: list(found['addresses']).map(String), why: text(found['why']) };
}

function nearest(dir: string): string {
  return existsSync(dir) || dirname(dir) === dir ? dir : nearest(dirname(dir));
}

async function tryWriting(dir: string): Promise<string> {
  const path = join(dir, `.doctor-${process.pid}`);
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(Buffer.alloc(4096));
      await file.sync();
    } finally {
      await file.close();
    }
    return '';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  } finally {
    await rm(path, { force: true }).catch(() => {});
  }
}

async function lookAtDisk(dir: string, write: boolean): Promise<Omit<DiskFacts, 'dir'>> {
  const there = nearest(dir);
  const { bavail, bsize, blocks, ffree, files } = await statfs(there);
  return {
    exists: there === dir,
    freeBytes: bavail * bsize,
    totalBytes: blocks * bsize,
    freeInodes: ffree,
    totalInodes: files,
    writeError: write ? await tryWriting(there) : '',
  };
}

/** `internal-doctor disk DIR write|look`, `internal-doctor dns HOST`: the other side; prints JSON. The exit code. */
export async function lookAside([what, subject = '', how]: readonly string[]): Promise<number> {
  const found =
    what === 'disk'
      ? await lookAtDisk(subject, how === 'write')
      : await lookup(subject, { all: true }).then(
          (all) => ({ addresses: all.map(({ address }) => address), why: '' }),
          (error: unknown) => ({
            addresses: [],
            why: error instanceof Error ? error.message : String(error),
          }),
        );
  process.stdout.write(JSON.stringify(found));
  return 0;
}
