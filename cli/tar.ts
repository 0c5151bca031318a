/** Writes small tar archives in memory (POSIX ustar), so that test images need no files and no `tar` command. */

/** One entry: a directory, a file with its bytes, or a symbolic link. Paths are relative, at most 100 bytes. */
export type TarEntry =
  | { path: string; kind: 'directory'; mode?: number }
  | { path: string; kind: 'file'; data: Uint8Array; mode?: number }
  | { path: string; kind: 'link'; target: string };

const block = 512;

/** The archive of `entries`, owned by root, with a fixed time: the same entries give the same bytes. */
export function tarOf(entries: readonly TarEntry[]): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  for (const entry of entries) {
    parts.push(header(entry));
    if (entry.kind === 'file') {
      parts.push(entry.data, new Uint8Array((block - (entry.data.length % block)) % block));
    }
  }
  parts.push(new Uint8Array(2 * block));
  return new Uint8Array(Buffer.concat(parts));
}

function header(entry: TarEntry): Uint8Array {
  const bytes = Buffer.alloc(block);
  const name = entry.kind === 'directory' ? `${entry.path}/` : entry.path;
  if (Buffer.byteLength(name) > 100) throw new RangeError(`tar path over 100 bytes: ${name}`);
  const octal = (value: number, at: number, length: number): void => {
    bytes.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at);
  };
  bytes.write(name, 0);
  octal(entry.kind === 'link' ? 0o777 : (entry.mode ?? (entry.kind === 'directory' ? 0o755 : 0o644)), 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(entry.kind === 'file' ? entry.data.length : 0, 124, 12);
  octal(1_600_000_000, 136, 12);
  bytes.write(entry.kind === 'directory' ? '5' : entry.kind === 'link' ? '2' : '0', 156);
  if (entry.kind === 'link') bytes.write(entry.target, 157);
  bytes.write('ustar\x0000', 257, 'latin1');
  bytes.fill(' ', 148, 156);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}
