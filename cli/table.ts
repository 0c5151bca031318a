/** Text tables that stay aligned with Chinese in them: a CJK character is two columns wide. Pure. */
import stringWidth from 'string-width';
import { plain } from './plain.ts';

/** `text` and blanks up to `width` columns. */
export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}

/** `head` and `rows` in columns two blanks apart; the last column is not padded. Control characters are replaced. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const clean = [head, ...rows].map((row) => row.map(plain));
  const widths = head.map((_, column) => Math.max(...clean.map((row) => stringWidth(row[column] ?? ''))));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : padded(cell, widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return clean.map((row) => `${line(row)}\n`).join('');
}
