/**
 * The journal as a log of records in segment files.
 *
 * Problem: the agent must not stand still while a disk is slow or hangs, and must stay small. SQLite in this process
 * blocks it with every fsync; in a worker of its own it costs 9 MB (docs/adr/0004-agent-journal.md). How it works: whatever
 * waits is written as one record at the end of the newest segment, by one asynchronous write at a time. A segment that
 * has grown makes room for a new one, which begins with all that stands; older ones are only kept for the messages in
 * them that the scheduler has not confirmed, and go when it has. What was written lately is also kept in memory, so that
 * sending it reads nothing.
 *
 * Ground rules: a record that is not whole does not count. A full disk is waited for (`problem` says so): the record is
 * then written to a new segment, and what a failed write left behind is passed over, as is a message that stands twice.
 * Any other failure is final: nothing further may be promised.
 *
 * What happens on a crash: opening reads all segments in order and begins a new one.
 */
import { SuanlinkError } from '../../proto/codes.ts';
import type { Clock } from '../base/clock.ts';
import { type Journal, type JournalState, type JournalWrite, leaseName, type Queued } from './journal.ts';
import { assemble, encodeRecord, encodeWrite, magic, slotOf } from './journal-codec.ts';
import type { JournalFiles } from './journal-files.ts';
import { OutboxReader, type Segment, scan } from './journal-read.ts';

/** A segment that has reached this size is followed by a new one. */
const segmentBytes = 4 * 1024 * 1024;
/** What is written in one record at most, if it is more than one commit. */
const recordBytes = 1024 * 1024;
/** Frames kept in memory beside the disk. */
const recentBytes = 1024 * 1024;
/** Pause before a full disk is tried again. */
const fullMs = 1_000;
/** A write that takes longer is worth telling of. */
const slowMs = 1_000;

/** One commit waiting to be written. */
interface Waiting {
  writes: readonly JournalWrite[];
  bytes: Uint8Array[];
  done: () => void;
  failed: (error: SuanlinkError) => void;
}

/** Opens (or makes) the journal in `files`; `storage_failed` when it cannot be read or is of a newer release. `initial`
 * is what an older form of journal held, taken over when there is nothing yet. */
export async function openJournal(
  files: JournalFiles,
  clock: Clock,
  initial: () => Promise<readonly JournalWrite[]> = async () => [],
): Promise<Journal> {
  try {
    const journal = new LogJournal(files, clock);
    await journal.open(initial);
    return journal;
  } catch (cause) {
    throw SuanlinkError.from(cause, 'storage_failed', 'opening the journal');
  }
}

class LogJournal implements Journal {
  readonly #files: JournalFiles;
  readonly #clock: Clock;
  /** What stands, encoded, by slot: the content of the next snapshot. */
  readonly #slots = new Map<string, Uint8Array>();
  #found: JournalState = { leases: [], notes: new Map(), lastSeq: 0, ackedSeq: 0 };
  #segments: Segment[] = [];
  #nextNumber = 1;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #writingSince = 0;
  #lastSeq = 0;
  #ackedSeq = 0;
  readonly #reader: OutboxReader;
  #recent: Queued[] = [];
  #recentBytes = 0;
  #trouble = '';
  #closing = false;
  #broken: SuanlinkError | undefined;

  constructor(files: JournalFiles, clock: Clock) {
    this.#files = files;
    this.#clock = clock;
    this.#reader = new OutboxReader(files);
  }

  async open(initial: () => Promise<readonly JournalWrite[]>): Promise<void> {
    const names = (await this.#files.names()).filter((name) => /^\d{8}\.log$/.test(name)).toSorted();
    for (const name of names) {
      const segment = await scan(this.#files, name, (stored) => this.#apply(stored.write, stored.bytes));
      if (segment) this.#segments.push(segment);
      else await this.#files.remove(name);
      this.#nextNumber = Number(name.slice(0, 8)) + 1;
    }
    for (const segment of this.#segments) confirm(segment, this.#ackedSeq);
    const taken = names.length === 0 ? await initial() : [];
    await this.#rotate(taken.map(encodeWrite));
    for (const write of taken) this.#apply(write, encodeWrite(write), 'live');
    this.#found = { ...assemble(this.#slots), lastSeq: this.#lastSeq, ackedSeq: this.#ackedSeq };
  }

  load(): JournalState {
    return structuredClone(this.#found);
  }

  commit(writes: readonly JournalWrite[]): Promise<void> {
    if (this.#broken) return Promise.reject(this.#broken);
    if (writes.length === 0) return Promise.resolve();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ writes, bytes: writes.map(encodeWrite), done: resolve, failed: reject });
    this.#writing ??= this.#write();
    return promise;
  }

  async outbox(afterSeq: number, limit: number): Promise<Queued[]> {
    const from = Math.max(afterSeq, this.#ackedSeq);
    const first = this.#recent[0];
    if (from >= this.#lastSeq || (first && first.seq <= from + 1)) {
      this.#reader.rest();
      return first ? this.#recent.slice(from + 1 - first.seq, from + 1 - first.seq + limit) : [];
    }
    try {
      return await this.#reader.read(this.#segments, from, limit);
    } catch (cause) {
      // What was confirmed while it was being read may be gone.
      if (this.#ackedSeq > from) return this.outbox(from, limit);
      throw SuanlinkError.from(cause, 'storage_failed', 'reading the outbox');
    }
  }

  outboxBytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.frameBytes, 0);
  }

  problem(): string {
    if (this.#broken) return this.#broken.message;
    if (this.#trouble !== '') return this.#trouble;
    const took = this.#clock.now() - this.#writingSince;
    return this.#writing && took > slowMs ? `a write has been waiting for ${Math.round(took / 1000)} s` : '';
  }

  async close(): Promise<void> {
    this.#closing = true;
    while (this.#writing) await this.#writing;
    this.#broken ??= new SuanlinkError('storage_failed', 'the journal is closed');
    await this.#files.close();
  }

  /** Writes all that waits, one record at a time. Never rejects: whoever waits is told. */
  async #write(): Promise<void> {
    // Commits of one turn, and all that come while a record is being written, share one.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#next();
      this.#writingSince = this.#clock.now();
      try {
        this.#inOrder(batch);
        await this.#append(batch.flatMap(({ bytes }) => bytes));
        for (const { writes, bytes } of batch)
          writes.forEach((write, i) => this.#apply(write, bytes[i] ?? encodeWrite(write), 'live'));
        for (const { done } of batch) done();
        await this.#tidy();
      } catch (cause) {
        this.#broken = SuanlinkError.from(cause, 'storage_failed', 'writing the journal');
        for (const { failed } of [...batch, ...this.#waiting.splice(0)]) failed(this.#broken);
      }
    }
    // In the same turn as the last look at what waits, so that nothing is left lying.
    this.#writing = undefined;
  }

  /** A number that is used twice is a defect, and must not reach the disk. */
  #inOrder(batch: readonly Waiting[]): void {
    let last = this.#lastSeq;
    for (const write of batch.flatMap(({ writes }) => writes)) {
      if (write.kind !== 'enqueue') continue;
      if (write.seq <= last) throw new SuanlinkError('storage_failed', `message ${write.seq} after ${last}`);
      last = write.seq;
    }
  }

  #next(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const waiting of this.#waiting) {
      bytes += waiting.bytes.reduce((sum, write) => sum + write.length, 0);
      if (count > 0 && bytes > recordBytes) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #append(writes: Uint8Array[]): Promise<void> {
    const active = this.#segments.at(-1);
    if (!active || active.bytes >= segmentBytes) return this.#rotate(writes);
    const record = encodeRecord(writes);
    try {
      await this.#files.append(active.name, record);
      active.bytes += record.length;
    } catch (caught) {
      this.#orWait(caught);
      await this.#pause();
      await this.#rotate(writes);
    }
  }

  /** Begins a new segment with all that stands, and `writes` after it. Waits as long as the disk is full. */
  async #rotate(writes: Uint8Array[]): Promise<void> {
    const name = `${String(this.#nextNumber).padStart(8, '0')}.log`;
    const snapshot = encodeRecord([
      encodeWrite({ kind: 'snapshot', lastSeq: this.#lastSeq, ackedSeq: this.#ackedSeq }),
      ...this.#slots.values(),
      ...writes,
    ]);
    const data = new Uint8Array(magic.length + snapshot.length);
    data.set(magic);
    data.set(snapshot, magic.length);
    for (;;) {
      try {
        await this.#files.create(name, data);
        break;
      } catch (caught) {
        this.#orWait(caught);
        await this.#pause();
      }
    }
    this.#trouble = '';
    this.#nextNumber += 1;
    this.#segments.push({ name, bytes: data.length, firstSeq: 0, lastSeq: 0, sizes: [], frameBytes: 0 });
    await this.#tidy();
  }

  /** Passes when the disk is full, which it may not be for ever; throws anything else. */
  #orWait(caught: unknown): void {
    const code = caught instanceof Error && 'code' in caught ? caught.code : '';
    if ((code !== 'ENOSPC' && code !== 'EDQUOT') || this.#closing) throw caught;
    this.#trouble = 'the disk is full; nothing new is started until there is room';
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => void this.#clock.at(this.#clock.now() + fullMs, resolve));
  }

  /** Removes segments before the newest whose messages are all confirmed. */
  async #tidy(): Promise<void> {
    const active = this.#segments.at(-1);
    const done = this.#segments.filter((segment) => segment !== active && segment.lastSeq <= this.#ackedSeq);
    if (done.length === 0) return;
    this.#segments = this.#segments.filter((segment) => !done.includes(segment));
    for (const { name } of done) await this.#files.remove(name);
  }

  /** What a durable write means. `live`: a message of it is the newest and belongs to the active segment. */
  #apply(write: Parameters<typeof slotOf>[0], bytes: Uint8Array, when: 'live' | 'found' = 'found'): void {
    const slot = slotOf(write);
    if (slot !== undefined) this.#slots.set(slot, when === 'live' ? bytes : bytes.slice());
    switch (write.kind) {
      case 'put_lease':
        this.#slots.delete(slot?.replace('lease ', 'renewed ') ?? '');
        return;
      case 'drop_lease':
        for (const part of ['lease', 'taken', 'renewed'])
          this.#slots.delete(`${part} ${leaseName(write.key)}`);
        return;
      case 'note':
        if (write.value === undefined && slot !== undefined) this.#slots.delete(slot);
        return;
      case 'enqueue':
        this.#lastSeq = Math.max(this.#lastSeq, write.seq);
        if (when === 'live') this.#remember(write);
        return;
      case 'acknowledged':
        this.#lastSeq = Math.max(this.#lastSeq, write.seq);
        this.#acknowledged(write.seq);
        return;
      case 'snapshot':
        this.#slots.clear();
        this.#lastSeq = Math.max(this.#lastSeq, write.lastSeq);
        this.#acknowledged(write.ackedSeq);
        return;
      case 'taken':
      case 'renewed':
        // Of a lease that is forgotten: late, and nothing to keep.
        if (!this.#slots.has(`lease ${leaseName(write.key)}`)) this.#slots.delete(slot ?? '');
        return;
      default:
        throw new SuanlinkError('internal', `unhandled write ${JSON.stringify(write)}`);
    }
  }

  #remember({ seq, frame }: Queued): void {
    const active = this.#segments.at(-1);
    if (active) {
      if (active.firstSeq === 0) active.firstSeq = seq;
      active.lastSeq = seq;
      active.sizes.push(frame.length);
      active.frameBytes += frame.length;
    }
    this.#recent.push({ seq, frame });
    this.#recentBytes += frame.length;
    while (this.#recentBytes > recentBytes && this.#recent.length > 1)
      this.#recentBytes -= this.#recent.shift()?.frame.length ?? 0;
  }

  #acknowledged(seq: number): void {
    if (seq <= this.#ackedSeq) return;
    this.#ackedSeq = seq;
    while (this.#recent[0] && this.#recent[0].seq <= seq)
      this.#recentBytes -= this.#recent.shift()?.frame.length ?? 0;
    for (const segment of this.#segments) confirm(segment, seq);
  }
}

/** Takes the messages up to `seq` off what a segment still holds for the scheduler. */
function confirm(segment: Segment, seq: number): void {
  if (segment.firstSeq === 0 || segment.firstSeq > seq) return;
  const count = Math.min(seq - segment.firstSeq + 1, segment.sizes.length);
  segment.frameBytes -= segment.sizes.splice(0, count).reduce((sum, size) => sum + size, 0);
  segment.firstSeq += count;
}
