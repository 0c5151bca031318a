/** The help: every key that works now. Pure. */
import type { Binding } from '../model/keys.ts';
import { fit, type Line, segment, textWidth } from './cells.ts';
import { blank, type Surface } from './context.ts';
import { heading } from './node.ts';

/** What the help says. */
export interface Help {
  keys: readonly Binding[];
  /** Keys that change something are off. */
  readonly: boolean;
  /** Below the keys. */
  notes: readonly Line[];
}

/** Keys and what they do; keys that do the same are one line. */
function helpEntries({ t }: Surface, { keys, readonly }: Help): { keys: string; text: string }[] {
  const shown = keys.filter(({ acts }) => !(acts && readonly));
  return [
    ...new Map(
      shown.map(({ shown: names, help }) => [names + help, { keys: names, text: t(help) }]),
    ).values(),
  ];
}

/** The help in the room that there is. */
export function helpLines(view: Surface, help: Help, room: number): Line[] {
  const { layout, t } = view;
  const entries = helpEntries(view, help);
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
  return [
    heading(t('help.title')),
    ...lines,
    blank,
    ...help.notes,
    [segment(` ${t('help.close')}`, 'muted')],
  ].slice(0, room);
}
