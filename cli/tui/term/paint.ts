/** Segments → text with SGR sequences of the 16 colours that every terminal has. Pure. */
import type { Line, Role } from '../view/cells.ts';

/** How much colour. `none`: no sequences at all, also no bold and no inverse. */
export type Colour = 'none' | 'ansi';

const codes: Record<Role, string> = {
  plain: '',
  ok: '32',
  active: '36',
  warn: '33',
  crit: '31',
  muted: '90',
  accent: '36',
};

/** What turns one style into another: only what differs. */
function change(from: readonly string[], to: readonly string[]): string {
  // Each place (weight, inverse, colour) has a code that ends it.
  const codesOf = to.map((code, place) => (code === from[place] ? '' : code || (ends[place] ?? '0')));
  const wanted = codesOf.filter(Boolean).join(';');
  return wanted === '' ? '' : `\u001b[${wanted}m`;
}

const ends = ['22', '27', '39'];
const nothing = ['', '', ''];

/** One line, with sequences where the style changes, in the plain style again at the end. */
export function paint(line: Line, colour: Colour): string {
  if (colour === 'none')
    return line
      .map(({ text }) => text)
      .join('')
      .trimEnd();
  let out = '';
  let style = nothing;
  for (const { text, role = 'plain', bold = false, inverse = false } of line) {
    if (text === '') continue;
    const wanted = [bold ? '1' : '', inverse ? '7' : '', codes[role]];
    // Blanks look the same in every colour.
    const blank = !inverse && style[1] === '' && text.trim() === '';
    if (!blank) {
      out += change(style, wanted);
      style = wanted;
    }
    out += text;
  }
  return style === nothing ? out.trimEnd() : out + change(style, nothing);
}
