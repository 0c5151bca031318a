/** Sizes as people write them, on the command line and in configuration files. Pure. */
import { SuanlinkError } from './codes.ts';

const byteUnits: Record<string, number> = {
  '': 1,
  b: 1,
  k: 1024,
  kib: 1024,
  kb: 1000,
  m: 1024 ** 2,
  mib: 1024 ** 2,
  mb: 1000 ** 2,
  g: 1024 ** 3,
  gib: 1024 ** 3,
  gb: 1000 ** 3,
  t: 1024 ** 4,
  tib: 1024 ** 4,
  tb: 1000 ** 4,
};

/** Bytes of '4GiB', '512m', '1.5GB' or '4096': KiB, MiB, GiB, TiB (or K, M, G, T) are 1024-based, KB, MB, … 1000-based.
 * `invalid_argument` otherwise. */
export function parseBytes(text: string): number {
  const match = /^(\d+(?:\.\d+)?) ?([A-Za-z]*)$/.exec(text.trim());
  const unit = byteUnits[match?.[2]?.toLowerCase() ?? '?'];
  const bytes = match && unit !== undefined ? Math.round(Number(match[1]) * unit) : Number.NaN;
  if (!Number.isSafeInteger(bytes))
    throw new SuanlinkError(
      'invalid_argument',
      `${JSON.stringify(text)} is not a size such as 512MiB, 4GiB or 1.5GB`,
    );
  return bytes;
}
