/**
 * Takes one session's state-bearing messages in order: log bytes to the log, everything else to the pool.
 *
 * GROUND RULE: nothing is counted as received before the log bytes that came before it are on the disk. So a message
 * that follows log chunks waits for their sync, and with it everything behind it of this session; other sessions, and
 * this one's heartbeats and renewals, do not wait.
 */
import { SuanlinkError } from '../../proto/codes.ts';
import type { LeaseEnd, LogChunk, Message } from '../../proto/messages.ts';

/** Bytes that may wait here before the socket is no longer read, and at which it is read again. */
const pauseBytes = 4 * 1024 * 1024;
const resumeBytes = 1024 * 1024;

/** What it needs of the rest. */
export interface InOrderPorts {
  /** Appends log bytes (or drops those of a lease that is not this node's). */
  append(chunk: LogChunk): Promise<void>;
  /** Everything appended is on the disk. */
  sync(): Promise<void>;
  /** What the stored log of an ended lease lacks; '' for nothing. */
  checkLog(end: LeaseEnd): Promise<string>;
  /** Hands a message to the pool. */
  deliver(seq: number, message: Message, logFault: string): void;
  /** Everything up to `seq` is on the disk. */
  received(seq: number): void;
  /** Stop and go on reading the socket. */
  pause(isPaused: boolean): void;
  /** This session cannot go on. */
  failed(error: SuanlinkError): void;
}

/** One session's line. */
export interface InOrder {
  take(seq: number, message: Message | undefined): void;
  /** Drops what waits; the agent will send it again. */
  stop(): void;
}

interface Item {
  seq: number;
  message: Message | undefined;
  bytes: number;
}

/** An empty line. */
export function createInOrder(ports: InOrderPorts): InOrder {
  let line: Item[] = [];
  let bytes = 0;
  let isWorking = false;
  let isPaused = false;
  let isStopped = false;
  /** The newest chunk that is appended but not synced; 0 for none. */
  let unsynced = 0;

  function count(change: number): void {
    bytes += change;
    const pause = bytes > (isPaused ? resumeBytes : pauseBytes);
    if (pause === isPaused) return;
    isPaused = pause;
    ports.pause(pause);
  }

  async function sync(): Promise<void> {
    const upTo = unsynced;
    unsynced = 0;
    await ports.sync();
    if (!isStopped) ports.received(upTo);
  }

  async function takeOne({ seq, message }: Item): Promise<void> {
    if (message?.kind === 'logChunk') {
      await ports.append(message.value);
      unsynced = seq;
      return;
    }
    if (unsynced > 0) await sync();
    const logFault = message?.kind === 'leaseEnd' ? await ports.checkLog(message.value) : '';
    if (isStopped) return;
    if (message) ports.deliver(seq, message, logFault);
    else ports.received(seq);
  }

  async function work(): Promise<void> {
    isWorking = true;
    try {
      while (!isStopped && (line.length > 0 || unsynced > 0)) {
        const batch = line;
        line = [];
        for (const item of batch) {
          if (isStopped) return;
          await takeOne(item);
          count(-item.bytes);
        }
        if (line.length === 0 && unsynced > 0) await sync();
      }
    } catch (caught) {
      ports.failed(SuanlinkError.from(caught, 'internal', 'taking a message'));
    } finally {
      isWorking = false;
    }
  }

  return {
    take(seq, message) {
      if (isStopped) return;
      const size = message?.kind === 'logChunk' ? message.value.data.length : 256;
      line.push({ seq, message, bytes: size });
      count(size);
      if (!isWorking) void work();
    },
    stop() {
      isStopped = true;
      line = [];
    },
  };
}
