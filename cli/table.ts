/** Text tables that stay aligned with Chinese in them: a CJK character is two columns wide. Pure. */
import stringWidth from 'string-width';
import { plain } from './plain.ts';

/** `head` and `rows` in columns two blanks apart; the last column is not padded. Control characters are replaced. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const clean = [head, ...rows].map((row) => row.map(plain));
  const widths = head.map((_, column) => Math.max(...clean.map((row) => stringWidth(row[column] ?? ''))));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column === row.length - 1
          ? cell
          : cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - stringWidth(cell))),
      )
      .join('  ')
      .trimEnd();
  return clean.map((row) => `${line(row)}\n`).join('');
}
