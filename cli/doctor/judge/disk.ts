/** Disks: where the agent keeps its state, and where the engine keeps images. Pure. */
import type { Verdict } from '../check.ts';

/** One folder's file system. */
export interface DiskFacts {
  dir: string;
  /** False: it is made later, and what follows is of the folder above that is there. */
  exists: boolean;
  freeBytes: number;
  totalBytes: number;
  freeInodes: number;
  /** 0: this file system does not count them. */
  totalInodes: number;
  /** What came of writing a small file: '' when it went well, else the error's code. */
  writeError: string;
}

const mebibyte = 1024 ** 2;
/** Below this nothing is worth starting. */
const leastBytes = 64 * mebibyte;
const leastInodes = 1_000;

const show = (bytes: number): string =>
  bytes >= 1024 ** 3 ? `${(bytes / 1024 ** 3).toFixed(1)} GiB` : `${Math.round(bytes / mebibyte)} MiB`;

/** The agent's state; `outboxBytes` is what may have to wait there. */
export function judgeStateDisk(facts: DiskFacts, outboxBytes: number): Verdict {
  const { dir, freeBytes, freeInodes, totalInodes, writeError } = facts;
  const values = { dir, free: show(freeBytes), wanted: show(outboxBytes), inodes: freeInodes };
  if (writeError === 'EROFS') return { level: 'fail', finding: 'disk_read_only', values };
  if (writeError === 'EACCES' || writeError === 'EPERM')
    return { level: 'fail', finding: 'disk_denied', values };
  if (writeError === 'ENOTDIR') return { level: 'fail', finding: 'disk_not_a_folder', values };
  if (totalInodes > 0 && freeInodes < leastInodes) return { level: 'fail', finding: 'disk_inodes', values };
  if (writeError === 'ENOSPC' || writeError === 'EDQUOT' || freeBytes < leastBytes)
    return { level: 'fail', finding: 'disk_full', values };
  if (writeError !== '')
    return { level: 'fail', finding: 'disk_error', values: { ...values, error: writeError } };
  if (freeBytes < outboxBytes) return { level: 'warn', finding: 'disk_low', values };
  return { level: 'pass', finding: facts.exists ? 'disk' : 'disk_later', values };
}

/** The engine's images; below `reserveBytes` free no image is pulled. */
export function judgeImageDisk({ dir, freeBytes }: DiskFacts, reserveBytes: number): Verdict {
  const values = { dir, free: show(freeBytes), reserve: show(reserveBytes) };
  if (freeBytes < reserveBytes) return { level: 'fail', finding: 'images_full', values };
  // An image with a framework in it has ten gigabytes and more.
  if (freeBytes < reserveBytes + 10 * 1024 ** 3) return { level: 'warn', finding: 'images_low', values };
  return { level: 'pass', finding: 'images', values };
}
