/** The journal's files on a real disk (edge), through libuv's threads: a disk that hangs holds one of them and nothing
 * else of the agent. Everything written is on the disk before the promise resolves (`O_DSYNC`). */
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** What the journal needs of a directory of its own. Errors are the system's, with their `code`. */
export interface JournalFiles {
  names(): Promise<string[]>;
  /** Makes a file, or replaces what a failed `create` left, and enters it into the directory; durable. */
  create(name: string, data: Uint8Array): Promise<void>;
  /** Adds to the file made last; durable. After a failure the file's end may be anything. */
  append(name: string, data: Uint8Array): Promise<void>;
  /** At most `length` bytes from `offset` on; fewer at the end of the file. */
  read(name: string, offset: number, length: number): Promise<Uint8Array>;
  remove(name: string): Promise<void>;
  close(): Promise<void>;
}

/** The files in `dir`, which is made when it is not there. */
export async function openFiles(dir: string): Promise<JournalFiles> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  let writing: { name: string; file: FileHandle } | undefined;
  return {
    names: () => readdir(dir),
    async create(name, data) {
      await writing?.file.close();
      writing = undefined;
      const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_DSYNC;
      writing = { name, file: await open(join(dir, name), flags, 0o600) };
      await writeAll(writing.file, data);
      await syncDirectory(dir);
    },
    async append(name, data) {
      if (writing?.name !== name) throw new Error(`${name} is not the file made last`);
      await writeAll(writing.file, data);
    },
    async read(name, offset, length) {
      await using file = await open(join(dir, name), 'r');
      const buffer = new Uint8Array(length);
      let at = 0;
      while (at < length) {
        const { bytesRead } = await file.read(buffer, at, length - at, offset + at);
        if (bytesRead === 0) break;
        at += bytesRead;
      }
      return buffer.subarray(0, at);
    },
    remove: (name) => unlink(join(dir, name)),
    async close() {
      await writing?.file.close();
      writing = undefined;
    },
  };
}

async function writeAll(file: FileHandle, data: Uint8Array): Promise<void> {
  for (let at = 0; at < data.length; ) at += (await file.write(data, at, data.length - at)).bytesWritten;
}

async function syncDirectory(dir: string): Promise<void> {
  await using handle = await open(dir, constants.O_RDONLY);
  await handle.sync();
}
