/**
 * Which images this agent has pulled, and which of them may go (pure). Only what stands here is ever removed: an image that
 * was on the machine before, or that has another id by now, is somebody else's.
 */

/** One image that we pulled; times are Unix ms, good enough for an age. */
export interface ImageRecord {
  /** As the job names it. */
  image: string;
  /** The engine's id of what the pull brought; '' until it is complete. */
  id: string;
  usedUnixMs: number;
}

const prefix = 'image/';

/** Notes are kept under names that begin so. */
export const imageNotes = prefix;

/** The name of an image's note. */
export function imageNote(image: string): string {
  return `${prefix}${image}`;
}

/** A record as the note's text. */
export function recordText({ id, usedUnixMs }: ImageRecord): string {
  return JSON.stringify({ id, usedUnixMs });
}

/** Records read back from notes. */
export function readRecords(notes: Iterable<[name: string, text: string]>): ImageRecord[] {
  return [...notes].map(([name, text]) => {
    const { id, usedUnixMs } = JSON.parse(text) as Omit<ImageRecord, 'image'>;
    return { image: name.slice(prefix.length), id, usedUnixMs };
  });
}

/** Images that may go, those unused for longest first: none that a lease names, and only those unused for `keepMs`. */
export function collectable(
  records: readonly ImageRecord[],
  pinned: ReadonlySet<string>,
  nowUnixMs: number,
  keepMs: number,
): ImageRecord[] {
  return records
    .filter(({ image, usedUnixMs }) => !pinned.has(image) && nowUnixMs - usedUnixMs >= keepMs)
    .toSorted((a, b) => a.usedUnixMs - b.usedUnixMs);
}

const mib = 1024 * 1024;

/** How far a pull has come, for people. */
export function pullText(progress: { doneBytes: number; totalBytes: number; status: string }): string {
  const { doneBytes, totalBytes, status } = progress;
  if (totalBytes === 0) return status.slice(0, 200);
  const percent = Math.floor((doneBytes / totalBytes) * 100);
  return `${Math.floor(doneBytes / mib)} of ${Math.ceil(totalBytes / mib)} MiB (${percent} %)`;
}
