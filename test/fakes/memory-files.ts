/** A directory in memory for the journal, whose disk can be slow, hang, be full or fail: what outlives the journal on it. */
import type { JournalFiles } from '../../agent/lease/journal-files.ts';

/** The disk. */
export class MemoryFiles {
  readonly contents = new Map<string, Uint8Array>();
  /** Writes wait for this before they begin. */
  hold: Promise<void> | undefined;
  /** Thrown by writes, which then leave `leaves` bytes of theirs behind. */
  fault: { error: Error; leaves: number } | undefined;
  writes = 0;

  /** A full disk. */
  static full(leaves = 0): { error: Error; leaves: number } {
    return { error: Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }), leaves };
  }

  /** The directory as one process has it. */
  files(): JournalFiles {
    const write = async (name: string, before: Uint8Array, data: Uint8Array): Promise<void> => {
      await this.hold;
      const { fault } = this;
      const written = fault ? data.subarray(0, fault.leaves) : data;
      const whole = new Uint8Array(before.length + written.length);
      whole.set(before);
      whole.set(written, before.length);
      this.contents.set(name, whole);
      this.writes += 1;
      if (fault) throw fault.error;
    };
    return {
      names: async () => [...this.contents.keys()],
      create: (name, data) => write(name, new Uint8Array(), data),
      append: (name, data) => write(name, this.contents.get(name) ?? new Uint8Array(), data),
      read: async (name, offset, length) => {
        const found = this.contents.get(name);
        if (!found) throw new Error(`there is no ${name}`);
        return found.slice(offset, offset + length);
      },
      remove: async (name) => void this.contents.delete(name),
      close: async () => {},
    };
  }
}
