/** Sizes, durations and counts as people write them, and back. Pure; every parser throws `invalid_argument`. */
import { SuanlinkError } from '../proto/codes.ts';

function wrong(text: string, wanted: string): SuanlinkError {
  return new SuanlinkError('invalid_argument', `${JSON.stringify(text)} is not ${wanted}`);
}

/** Thousandths of '2.5', '0.25' or '4' cores or cards. */
export function parseMilli(text: string): number {
  if (!/^\d{1,9}(?:\.\d{1,3})?$/.test(text.trim()))
    throw wrong(text, 'a number such as 2 or 0.5, with at most three decimals');
  return Math.round(Number(text) * 1000);
}

/** Micro-yuan of '3.5' yuan. */
export function parseMicroYuan(text: string): number {
  if (!/^\d{1,6}(?:\.\d{1,6})?$/.test(text.trim())) throw wrong(text, 'an amount of yuan such as 3.5');
  return Math.round(Number(text) * 1_000_000);
}

/** An integer, possibly negative. */
export function parseInteger(text: string): number {
  const value = Number(text);
  if (!/^-?\d{1,15}$/.test(text.trim()) || !Number.isSafeInteger(value)) throw wrong(text, 'an integer');
  return value;
}

/** `bytes` for a table: '1.5 GiB'. */
export function showBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 || Number.isInteger(value) ? 0 : 1;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

/** `ms` for a table, in its two largest units: '1h02m', '3d04h', '12.3s'. */
export function showDuration(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)}s`;
  const seconds = Math.floor(ms / 1000);
  const pad = (value: number): string => String(value).padStart(2, '0');
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${pad(seconds % 60)}s`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h${pad(Math.floor((seconds % 3600) / 60))}m`;
  return `${Math.floor(seconds / 86_400)}d${pad(Math.floor((seconds % 86_400) / 3600))}h`;
}

/** Thousandths for a table: '2.5'. */
export function showMilli(milli: number): string {
  return String(milli / 1000);
}

/** Micro-yuan for a table, in yuan with what digits it needs: '¥0.0012'. */
export function showYuan(microYuan: number): string {
  const yuan = (microYuan / 1_000_000).toFixed(6).replace(/(\.\d\d\d*?)0+$/, '$1');
  return `¥${yuan}`;
}
