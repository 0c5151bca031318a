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
/** What a message without log bytes counts for. */
const smallBytes = 256;

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

interface Item {
  seq: number;
  message: Message | undefined;
}

const sizeOf = ({ message }: Item): number =>
  message?.kind === 'logChunk' ? message.value.data.length : smallBytes;

/** One session's line of messages. */
export class InOrder {
  readonly #ports: InOrderPorts;
  #line: Item[] = [];
  #bytes = 0;
  #isWorking = false;
  #isPaused = false;
  #isStopped = false;
  /** The newest chunk that is appended but not synced; 0 for none. */
  #unsynced = 0;

  constructor(ports: InOrderPorts) {
    this.#ports = ports;
  }

  /** The next message; undefined stands for one of a kind that is only counted. */
  take(seq: number, message: Message | undefined): void {
    if (this.#isStopped) return;
    const item = { seq, message };
    this.#line.push(item);
    this.#count(sizeOf(item));
    if (!this.#isWorking) void this.#work();
  }

  /** Drops what waits; the agent will send it again. */
  stop(): void {
    this.#isStopped = true;
    this.#line = [];
  }

  #count(change: number): void {
    this.#bytes += change;
    const pause = this.#bytes > (this.#isPaused ? resumeBytes : pauseBytes);
    if (pause === this.#isPaused) return;
    this.#isPaused = pause;
    this.#ports.pause(pause);
  }

  async #sync(): Promise<void> {
    const upTo = this.#unsynced;
    this.#unsynced = 0;
    await this.#ports.sync();
    if (!this.#isStopped) this.#ports.received(upTo);
  }

  async #takeOne({ seq, message }: Item): Promise<void> {
    if (message?.kind === 'logChunk') {
      await this.#ports.append(message.value);
      this.#unsynced = seq;
      return;
    }
    if (this.#unsynced > 0) await this.#sync();
    const logFault = message?.kind === 'leaseEnd' ? await this.#ports.checkLog(message.value) : '';
    if (this.#isStopped) return;
    if (message) this.#ports.deliver(seq, message, logFault);
    else this.#ports.received(seq);
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    try {
      while (!this.#isStopped && (this.#line.length > 0 || this.#unsynced > 0)) {
        const batch = this.#line;
        this.#line = [];
        for (const item of batch) {
          if (this.#isStopped) return;
          await this.#takeOne(item);
          this.#count(-sizeOf(item));
        }
        if (this.#line.length === 0 && this.#unsynced > 0) await this.#sync();
      }
    } catch (caught) {
      this.#ports.failed(SuanlinkError.from(caught, 'internal', 'taking a message'));
    } finally {
      this.#isWorking = false;
    }
  }
}
