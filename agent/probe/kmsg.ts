/**
 * Reads the kernel's log as it grows (edge). /dev/kmsg gives one record per read and EAGAIN at its end, and cannot be
 * waited for through Node, so it is read once a second without blocking: one system call while nothing happens.
 *
 * What was there at the start is skipped: it may be of last month, and what it says of a card has been mended or is seen
 * by the tool. A record that was overwritten before it was read (EPIPE) is lost; nothing else is.
 */
import { closeSync, constants, openSync, readSync } from 'node:fs';
import type { Clock } from '../base/clock.ts';

/** The log; one reader per agent. */
export interface KernelLog {
  /** Calls `onText` with whole records from now on. Never throws: see `problem`. */
  start(onText: (text: string) => void): void;
  /** Why the log is not read; '' when it is. */
  problem(): string;
  stop(): void;
}

/** A record is at most this long; a shorter buffer gives EINVAL. */
const recordBytes = 8192;
/** Reads in one go; after so many the event loop has its turn. */
const burst = 512;

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

type Read = { text: string; end: boolean } | { problem: string };

/** Reads up to `burst` records. `end`: there is no more for now. */
function readSome(fd: number, buffer: Buffer): Read {
  let text = '';
  for (let i = 0; i < burst; i += 1) {
    try {
      const length = readSync(fd, buffer, 0, buffer.length, null);
      if (length === 0) return { text, end: true };
      text += buffer.toString('utf8', 0, length);
    } catch (error) {
      const code = errorCode(error);
      if (code === 'EPIPE') continue;
      return code === 'EAGAIN' ? { text, end: true } : { problem: code };
    }
  }
  return { text, end: false };
}

/** The kernel's log. `path` and `everyMs` are for tests. */
export function createKernelLog(clock: Clock, path = '/dev/kmsg', everyMs = 1000): KernelLog {
  const buffer = Buffer.alloc(recordBytes);
  let fd: number | undefined;
  let problem = 'not started';
  let cancel: () => void = () => {};
  const close = (why: string): void => {
    cancel();
    if (fd !== undefined) closeSync(fd);
    fd = undefined;
    problem = why;
  };
  /** Reads what there is and comes back for more; `passed`: the old records have been read. */
  const turn = (onText: (text: string) => void, passed: boolean): void => {
    if (fd === undefined) return;
    const read = readSome(fd, buffer);
    if ('problem' in read) return close(`${path} cannot be read: ${read.problem}`);
    cancel = clock.at(clock.now() + (read.end ? everyMs : 0), () => turn(onText, passed || read.end));
    if (passed && read.text !== '') onText(read.text);
  };
  return {
    start(onText) {
      try {
        fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
        problem = '';
        turn(onText, false);
      } catch (error) {
        problem = `${path} cannot be opened: ${errorCode(error)}`;
      }
    },
    problem: () => problem,
    stop: () => close('stopped'),
  };
}
