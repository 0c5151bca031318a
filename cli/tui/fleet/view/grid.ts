/** A dot for each node: shape says what it does, colour says it again. Pure. */
import { cursorAt, windowOf } from '../../model/lists.ts';
import { cut, fit, type Line, type Role, segment } from '../../view/cells.ts';
import type { Layout } from '../../view/layout.ts';
import type { FleetNode } from '../model/fleet.ts';
import { type FleetView, isOld } from './context.ts';
import { dotOf, dots, dotShown } from './words.ts';

/** Cells for the cursor's sign. */
const gutter = 2;
/** Cells for the name of the first node of a row, where there is room. */
const label = 14;

const labelWidth = ({ cols }: Layout): number => (cols >= 80 ? label : 0);

/** Dots in a row: tens, so that one can count. */
export function dotsAcross(layout: Layout): number {
  return Math.max(10, Math.floor((layout.cols - gutter - labelWidth(layout) - 1) / 10) * 10);
}

/** Dots that say the same in a row are one piece. */
function dotLine(view: FleetView, nodes: readonly FleetNode[], here: number): Line {
  const old = isOld(view);
  const pieces: { text: string; role: Role; inverse: boolean }[] = [];
  for (const [at, node] of nodes.entries()) {
    const { glyph, role } = dotShown(view, dotOf(node));
    const shown = at === here ? view.glyphs.cursor : glyph;
    const style = { role: old ? ('muted' as const) : role, inverse: at === here };
    const last = pieces.at(-1);
    if (last && last.role === style.role && last.inverse === style.inverse) last.text += shown;
    else pieces.push({ text: shown, ...style });
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
  return Array.from({ length: to - from }, (_, index): Line => {
    const first = (from + index) * across;
    const nodes = rows.slice(first, first + across);
    const inRow = cursor >= first && cursor < first + across;
    const name = cut(nodes[0]?.name ?? '', width - 1, 'end', glyphs.ellipsis);
    return [
      segment(inRow ? `${glyphs.cursor} ` : '  ', 'accent'),
      ...fit([segment(name, 'muted')], width),
      ...dotLine(view, nodes, inRow ? cursor - first : -1),
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
