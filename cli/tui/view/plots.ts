/** Values over time as a plot in block signs, newest at the right. Pure. */
import { type Line, segment, textWidth } from './cells.ts';
import type { View } from './context.ts';

/** One row's sign for a value that reaches `filled` eighths into it. */
function sign(filled: number, signs: readonly string[]): string {
  if (filled <= 0) return ' ';
  return signs[Math.min(signs.length, Math.ceil((filled / 8) * signs.length)) - 1] ?? ' ';
}

/** `values` between 0 and `max` in `height` rows of `width` cells, named at the left. */
export function plot(
  { glyphs }: View,
  name: string,
  values: readonly (number | null)[],
  max: number,
  width: number,
  height: number,
): Line[] {
  const shown = values.slice(-width);
  const blankLeft = ' '.repeat(Math.max(0, width - shown.length));
  return Array.from({ length: height }, (_, row): Line => {
    const level = height - 1 - row;
    const text = shown
      .map((value) => {
        if (value === null) return ' ';
        const eighths = Math.round((Math.min(value, max) / max) * height * 8) - level * 8;
        return value > 0 && level === 0 && eighths <= 0
          ? (glyphs.sparks[0] ?? ' ')
          : sign(eighths, glyphs.sparks);
      })
      .join('');
    const label = row === 0 ? name : '';
    const scale = row === 0 ? String(max) : row === height - 1 ? '0' : '';
    return [
      segment(` ${label}${' '.repeat(Math.max(0, 6 - textWidth(label)))}${scale.padStart(4)} `, 'muted'),
      segment(blankLeft + text, 'active'),
    ];
  });
}
