/** A dot for each node: shape says what it does, colour says it again. Pure. */
import { cursorAt, windowOf } from '../../model/lists.ts';
import { cut, fit, type Line, type Role, segment } from '../../view/cells.ts';
import type { Layout } from '../../view/layout.ts';
import type { FleetNode } from '../model/fleet.ts';
import { type FleetView, isOld } from './context.ts';
import { type Dot, dotOf, dots, dotShown } from './words.ts';

/** Cells for the cursor's sign. */
const gutter = 2;
/** Cells for the name of the first node of a row, where there is room. */
const label = 14;

const labelWidth = ({ cols }: Layout): number => (cols >= 80 ? label : 0);

/** Dots in a row: tens, so that one can count. */
export function dotsAcross(layout: Layout): number {
  return Math.max(10, Math.floor((layout.cols - gutter - labelWidth(layout) - 1) / 10) * 10);
}

/** How the dots look at the moment. */
type Looks = Readonly<Record<Dot, { glyph: string; role: Role }>>;

function looksOf(view: FleetView): Looks {
  const old = isOld(view);
  const look = (dot: Dot): Looks[Dot] => {
    const { glyph, role } = dotShown(view, dot);
    return { glyph, role: old ? 'muted' : role };
  };
  return Object.fromEntries(dots.map((dot) => [dot, look(dot)])) as Looks;
}

/** Dots that say the same in a row are one piece; the one under the cursor is the cursor's sign. */
function dotLine(looks: Looks, nodes: readonly FleetNode[], cursor: { at: number; sign: string }): Line {
  const pieces: { text: string; role: Role; inverse: boolean }[] = [];
  for (const [at, node] of nodes.entries()) {
    const { glyph, role } = looks[dotOf(node)];
    const inverse = at === cursor.at;
    const last = pieces.at(-1);
    if (last && last.role === role && last.inverse === inverse) last.text += glyph;
    else pieces.push({ text: inverse ? cursor.sign : glyph, role, inverse });
  }
  return pieces;
}

/** The rows of the grid around the cursor, in at most `room` lines; which of how many stands at the end of the last. */
export function gridLines(view: FleetView, room: number): Line[] {
  const { state, layout, glyphs } = view;
  const { rows } = state.shown.nodes;
  const across = dotsAcross(layout);
  const count = Math.ceil(rows.length / across);
  const cursor = cursorAt(rows, ({ id }) => id, state.lists.nodes.selected);
  const { from, to } = windowOf(count, Math.floor(cursor / across), room);
  const width = labelWidth(layout);
  const looks = looksOf(view);
  return Array.from({ length: to - from }, (_, index): Line => {
    const first = (from + index) * across;
    const nodes = rows.slice(first, first + across);
    const inRow = cursor >= first && cursor < first + across;
    const name = cut(nodes[0]?.name ?? '', width - 1, 'end', glyphs.ellipsis);
    return [
      segment(inRow ? `${glyphs.cursor} ` : '  ', 'accent'),
      ...fit([segment(name, 'muted')], width),
      ...dotLine(looks, nodes, { at: inRow ? cursor - first : -1, sign: glyphs.cursor }),
    ];
  });
}

/** What the dots mean, and how many there are of each. */
export function legend(view: FleetView): Line {
  const counts = new Map<string, number>();
  for (const node of view.state.shown.nodes.rows) {
    const dot = dotOf(node);
    counts.set(dot, (counts.get(dot) ?? 0) + 1);
  }
  return dots.flatMap((dot): Line => {
    const count = counts.get(dot) ?? 0;
    if (count === 0) return [];
    const { glyph, word, role } = dotShown(view, dot);
    return [segment(` ${glyph} `, role), segment(String(count)), segment(` ${word} `, 'muted')];
  });
}
