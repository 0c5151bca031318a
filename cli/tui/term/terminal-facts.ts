/** What the terminal is and can do, from its size and the environment. Pure. */
import type { Colour } from './paint.ts';

/** Environment variables. */
export type Env = Readonly<Record<string, string | undefined>>;

/** The size to draw for. A terminal that says 0 (a pty nobody has sized, some serial consoles) has an unknown size: then
 * COLUMNS and LINES, then 80x24, for each dimension by itself. A small size is believed. */
export function sizeOf(
  cols: number | undefined,
  rows: number | undefined,
  env: Env,
): { cols: number; rows: number } {
  const known = (size: number | undefined, name: string, otherwise: number): number => {
    if (size !== undefined && size > 0) return size;
    const said = Number(env[name]);
    return Number.isInteger(said) && said > 0 ? said : otherwise;
  };
  return { cols: known(cols, 'COLUMNS', 80), rows: known(rows, 'LINES', 24) };
}

/** How much colour, from `--color` and the environment. */
export function colourOf(asked: 'auto' | 'always' | 'never', env: Env): Colour {
  if (asked !== 'auto') return asked === 'always' ? 'ansi' : 'none';
  if (env['NO_COLOR']) return 'none';
  return env['TERM'] === 'dumb' || /^vt(?:52|1\d\d|2\d\d)$/.test(env['TERM'] ?? '') ? 'none' : 'ansi';
}

/** Whether only ASCII may be drawn: asked for, no UTF-8 locale, or a console without the glyphs. */
export function asciiOf(asked: boolean, env: Env): boolean {
  if (asked || env['TERM'] === 'linux') return true;
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return !/utf-?8/i.test(locale);
}

/** Why the full-screen view cannot be had here; '' when it can. */
export function unfit(stdinIsTty: boolean, stdoutIsTty: boolean, env: Env): string {
  if (!stdoutIsTty) return 'stdout is not a terminal';
  if (!stdinIsTty) return 'stdin is not a terminal';
  return env['TERM'] === 'dumb' || env['TERM'] === undefined || env['TERM'] === '' ? 'TERM is dumb' : '';
}
