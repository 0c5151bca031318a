/** Durations as people write them, on the command line and in configuration files. Pure. */
import { SuanlinkError } from './codes.ts';

const durationUnits: Record<string, number> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds of '90s', '2h', '1h30m', '1.5d', '250ms'; a number alone is seconds. `invalid_argument` otherwise. */
export function parseDuration(text: string): number {
  const trimmed = text.trim();
  const parts = [...trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|min|s|m|h|d)/g)];
  const bare = /^\d+(?:\.\d+)?$/.test(trimmed);
  const whole = parts.map(([part]) => part).join('') === trimmed && parts.length > 0;
  const ms = bare
    ? Number(trimmed) * 1000
    : parts.reduce(
        (sum, [, count, unit]) => sum + Number(count) * (durationUnits[unit ?? ''] ?? Number.NaN),
        0,
      );
  const rounded = Math.round(ms);
  if (!(bare || whole) || !Number.isSafeInteger(rounded))
    throw new SuanlinkError(
      'invalid_argument',
      `${JSON.stringify(text)} is not a duration such as 90s, 2h or 1h30m`,
    );
  return rounded;
}
