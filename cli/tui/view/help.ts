/** The help: every key that works now. Pure. */
import { bindings } from '../model/keys.ts';
import { fit, type Line, segment, textWidth } from './cells.ts';
import { blank, type View } from './context.ts';
import { heading } from './node.ts';

/** Keys and what they do; keys that do the same are one line. */
function helpEntries({ state, t }: View): { keys: string; text: string }[] {
  const shown = bindings.filter(({ acts }) => !(acts && state.readonly));
  return [...new Map(shown.map(({ shown: keys, help }) => [keys + help, { keys, text: t(help) }])).values()];
}

/** The help in the room that there is. */
export function helpLines(view: View, room: number): Line[] {
  const { layout, t, state } = view;
  const entries = helpEntries(view);
  const rest = [
    ...(state.readonly ? [[segment(` ${t('help.readonly')}`, 'warn')] as Line] : []),
    [segment(` ${t('help.glyphs')}`, 'muted')] as Line,
    [segment(` ${t('help.close')}`, 'muted')] as Line,
  ];
  const columns = layout.cols >= 76 ? 2 : 1;
  const perColumn = Math.ceil(entries.length / columns);
  const width = Math.floor((layout.cols - 1) / columns);
  const cell = (index: number): Line => {
    const entry = entries[index];
    if (!entry) return [];
    const pad = ' '.repeat(Math.max(1, 11 - textWidth(entry.keys)));
    return fit([segment(` ${entry.keys}`, 'accent'), segment(pad), segment(entry.text)], width);
  };
  const lines = Array.from(
    { length: perColumn },
    (_, row): Line =>
      Array.from({ length: columns }, (_unused, column) => cell(row + column * perColumn)).flat(),
  );
  const all = [heading(t('help.title')), ...lines, blank, ...rest];
  return all.slice(0, room);
}
