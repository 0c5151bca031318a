/** Reads the journal's segments: all of one at the start, and messages that memory no longer has. */
import { SuanlinkError } from '../../proto/codes.ts';
import type { Queued } from './journal.ts';
import { decodePayload, isBroken, magic, readRecord, type Stored } from './journal-codec.ts';
import type { JournalFiles } from './journal-files.ts';

/** What is known of one segment. */
export interface Segment {
  name: string;
  /** Length of its whole records: what follows them does not count. */
  bytes: number;
  /** First message that is not confirmed; 0 when there was none yet. */
  firstSeq: number;
  /** Last message in it; 0 when there is none. */
  lastSeq: number;
  /** Sizes of the messages from `firstSeq` on. */
  sizes: number[];
  /** Their sum. */
  frameBytes: number;
}

/** Longer than any segment: one grows to 4 MiB, then takes one record more, or begins with a big snapshot. */
const maxSegmentBytes = 256 * 1024 * 1024;

/**
 * Reads a segment, handing every write to `each` in order; undefined for one whose beginning was never finished.
 * `storage_failed` for a format of a newer release and for damage that is not a crash's.
 */
export async function scan(
  files: JournalFiles,
  name: string,
  each: (stored: Stored) => void,
): Promise<Segment | undefined> {
  const bytes = await files.read(name, 0, maxSegmentBytes);
  if (bytes.length < magic.length) return undefined;
  const version = magic.length - 1;
  if (!magic.subarray(0, version).every((byte, i) => bytes[i] === byte))
    throw new SuanlinkError('storage_failed', `${name} is not a journal`);
  if (bytes[version] !== magic[version])
    throw new SuanlinkError(
      'storage_failed',
      `the journal is of format ${bytes[version]}, this release knows format ${magic[version]}: use the newer release`,
    );
  const segment: Segment = { name, bytes: magic.length, firstSeq: 0, lastSeq: 0, sizes: [], frameBytes: 0 };
  for (;;) {
    const found = readRecord(bytes, segment.bytes);
    if (found.found !== 'record') {
      if (found.found === 'torn' && isBroken(bytes, segment.bytes))
        throw new SuanlinkError('storage_failed', `${name} is damaged at byte ${segment.bytes}`);
      break;
    }
    for (const stored of decodePayload(found.payload)) {
      note(segment, stored);
      each(stored);
    }
    segment.bytes = found.next;
  }
  return segment.bytes === magic.length ? undefined : segment;
}

function note(segment: Segment, { write }: Stored): void {
  if (write.kind !== 'enqueue') return;
  if (segment.firstSeq === 0) segment.firstSeq = write.seq;
  segment.lastSeq = write.seq;
  segment.sizes.push(write.frame.length);
  segment.frameBytes += write.frame.length;
}

/** Messages that memory no longer has, from the disk. Keeps the segment that is being read through until its end. */
export class OutboxReader {
  readonly #files: JournalFiles;
  #open: { name: string; bytes: Uint8Array; at: number; seq: number } | undefined;

  constructor(files: JournalFiles) {
    this.#files = files;
  }

  /** Messages after `afterSeq` in order, at most `limit`, of one segment at a time. `storage_failed`. */
  async read(segments: readonly Segment[], afterSeq: number, limit: number): Promise<Queued[]> {
    const segment = segments.find(({ lastSeq }) => lastSeq > afterSeq);
    if (!segment) return [];
    const known = this.#open;
    const fits =
      known?.name === segment.name && known.seq === afterSeq && known.bytes.length === segment.bytes;
    // The whole records only: behind them another write may be under way.
    const open = fits
      ? known
      : {
          name: segment.name,
          bytes: await this.#files.read(segment.name, 0, segment.bytes),
          at: magic.length,
          seq: 0,
        };
    const rows: Queued[] = [];
    while (rows.length < limit && open.at < open.bytes.length) {
      const found = readRecord(open.bytes, open.at);
      if (found.found !== 'record')
        throw new SuanlinkError('storage_failed', `${segment.name} is damaged at byte ${open.at}`);
      for (const { write } of decodePayload(found.payload))
        if (write.kind === 'enqueue' && write.seq > afterSeq)
          rows.push({ seq: write.seq, frame: write.frame.slice() });
      open.at = found.next;
    }
    open.seq = rows.at(-1)?.seq ?? afterSeq;
    this.#open = open.at < open.bytes.length ? open : undefined;
    return rows;
  }

  /** Lets go of what it keeps. */
  rest(): void {
    this.#open = undefined;
  }
}
