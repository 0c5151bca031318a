/**
 * Takes one session's state-bearing messages in order: log bytes to the log, everything else to the pool.
 *
 * GROUND RULE: nothing is counted as received before the log bytes that came before it are on the disk. So a message
 * that follows log chunks waits for their sync, and with it everything behind it of this session; other sessions, and
 * this one's heartbeats and renewals, do not wait.
 */
import { SuanlinkError } from '../../proto/codes.ts';
import type { UsageProof } from '../../proto/signing.ts';
import type { LeaseRecord } from '../records.ts';
import type { LogChunk, Message } from '../../proto/messages.ts';

/** Bytes that may wait here before the socket is no longer read, and at which it is read again. */
const pauseBytes = 4 * 1024 * 1024;
const resumeBytes = 1024 * 1024;
/** What a message without log bytes counts for. */
const smallBytes = 256;

/** What was found out about a message. */
export interface Checked {
  /** What the stored log of an ended lease lacks; '' for nothing. */
  logFault: string;
  /** What the signature of its usage is worth. */
  proof?: UsageProof;
  /** Its lease, when that is known to the store alone. */
  older?: LeaseRecord;
}

const nothingToCheck: Checked = { logFault: '' };

/** What it needs of the rest. */
export interface InOrderPorts {
  /** Appends log bytes (or drops those of a lease that is not this node's). */
  append(chunk: LogChunk): Promise<void>;
  /** Everything appended is on the disk. */
  sync(): Promise<void>;
  /** What must be looked up or computed about a message before the pool can judge it. */
  check(message: Extract<Message, { kind: 'leaseEnd' | 'usage' }>): Promise<Checked>;
  /** Hands a message to the pool. */
  deliver(seq: number, message: Message, checked: Checked): void;
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

  async #work(): Promise<void> {
    this.#isWorking = true;
    try {
      while (!this.#isStopped && this.#line.length > 0) {
        const batch = this.#line;
        this.#line = [];
        await this.#takeAll(batch);
      }
    } catch (caught) {
      this.#ports.failed(SuanlinkError.from(caught, 'internal', 'taking a message'));
    } finally {
      this.#isWorking = false;
    }
  }

  /** Everything that has come together shares one sync: first all log bytes, then the disk, then the rest in order. */
  async #takeAll(batch: readonly Item[]): Promise<void> {
    const chunks = batch.flatMap(({ message }) => (message?.kind === 'logChunk' ? [message.value] : []));
    // Asked for in order and done in order; one after the other would cost each a way to the disk thread and back.
    await Promise.all(chunks.map((chunk) => this.#ports.append(chunk)));
    if (chunks.length > 0) await this.#ports.sync();
    for (const { seq, message } of batch) {
      if (message === undefined || message.kind === 'logChunk') continue;
      const hasUsage = message.kind === 'leaseEnd' || message.kind === 'usage';
      const checked = hasUsage ? await this.#ports.check(message) : nothingToCheck;
      if (this.#isStopped) return;
      this.#ports.deliver(seq, message, checked);
    }
    const last = batch.at(-1);
    const isDelivered = last?.message !== undefined && last.message.kind !== 'logChunk';
    if (last && !isDelivered && !this.#isStopped) this.#ports.received(last.seq);
    this.#count(-batch.reduce((sum, item) => sum + sizeOf(item), 0));
  }
}
