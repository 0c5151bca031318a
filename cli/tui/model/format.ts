/** Numbers as the view shows them: short, and of steady width so that little is redrawn. Pure. */
import { showDuration } from '../../units.ts';

/** `71%`, or `-` when not known. */
export function percent(value: number | null): string {
  return value === null ? '-' : `${Math.round(value)}%`;
}

/** Gibibytes of MiB without a unit: `41`, `0.5`. */
function gib(mib: number): string {
  const value = mib / 1024;
  return value < 9.95 && value > 0.04 ? value.toFixed(1) : String(Math.round(value));
}

/** `41/64G`, `-` when not known. */
export function memory(usedMib: number | null, totalMib: number | null): string {
  if (usedMib === null && totalMib === null) return '-';
  return `${usedMib === null ? '?' : gib(usedMib)}/${totalMib === null ? '?' : Math.round(totalMib / 1024)}G`;
}

/** Bytes without a blank: `2.8G`, `640M`. */
export function bytes(value: number): string {
  const units = ['B', 'K', 'M', 'G', 'T', 'P'];
  let shown = value;
  let unit = 0;
  while (shown >= 1000 && unit < units.length - 1) {
    shown /= 1024;
    unit += 1;
  }
  return `${unit > 0 && shown < 9.95 ? shown.toFixed(1) : Math.round(shown)}${units[unit]}`;
}

/** A time that passes, for the screen: `9s`, `4m12s`, `3d04h`. */
export function duration(ms: number): string {
  const whole = Math.max(0, Math.floor(ms / 1000)) * 1000;
  return whole < 60_000 ? `${whole / 1000}s` : showDuration(whole);
}

/** The beginning of an id that tells it from others at a glance, without the word for what it is. */
export function shortId(id: string): string {
  return id.replace(/^(?:job|lease|node)-/, '').slice(0, 8);
}

/** A model's name without its maker, whose cards it stands among anyway. */
export function shortModel(model: string): string {
  return model.replace(/^(?:NVIDIA|AMD Instinct|MetaX) (?=.)/, '');
}

/** A bar of `width` cells for a share between 0 and 1. */
export function bar(share: number | null, width: number, full: string, rest: string): string {
  if (share === null) return ' '.repeat(width);
  const filled = Math.max(0, Math.min(width, Math.round(share * width)));
  return full.repeat(filled) + rest.repeat(width - filled);
}

/** Values between 0 and `max` as one sign each, newest at the right, in `width` cells. */
export function spark(
  values: readonly (number | null)[],
  max: number,
  width: number,
  signs: readonly string[],
): string {
  const shown = values.slice(-width);
  const text = shown
    .map((value) => {
      if (value === null) return ' ';
      const step = Math.floor((value / max) * signs.length);
      return signs[Math.max(0, Math.min(signs.length - 1, step))] ?? ' ';
    })
    .join('');
  return text.padStart(width);
}

/**
 * Values in groups of `size`, the highest of each. Groups begin at fixed places in the whole series, of which `values` are
 * the last of `count`: so that a picture of them moves once in a group, not with every value.
 */
export function grouped(values: readonly (number | null)[], count: number, size: number): (number | null)[] {
  const first = count - values.length;
  const groups: (number | null)[] = [];
  for (const [index, value] of values.entries()) {
    const group = Math.floor((first + index) / size) - Math.floor(first / size);
    const before = groups[group] ?? null;
    groups[group] = value === null ? before : Math.max(before ?? 0, value);
  }
  return groups;
}

/** The wall-clock time of day, `12:03:55` or `12:03`, in this machine's zone. */
export function clock(wallMs: number, withSeconds: boolean): string {
  const at = new Date(wallMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = `${two(at.getHours())}:${two(at.getMinutes())}`;
  return withSeconds ? `${minutes}:${two(at.getSeconds())}` : minutes;
}
