/** A lease's last lines of output. Pure. */
import type { LogLine } from '../../../proto/status.ts';
import { clock } from '../model/format.ts';
import { cut, type Line, segment, wrapText } from './cells.ts';
import type { View } from './context.ts';
import { heading } from './node.ts';

/** One line, in one row or, when lines are wrapped, in as many as it needs. */
function rows({ state, layout, glyphs }: View, { text, at, stream }: LogLine): Line[] {
  const time = state.timestamps ? `${clock(Date.parse(at), true)} ` : '';
  const room = Math.max(8, layout.cols - 1 - time.length);
  const role = stream === 'stderr' ? 'warn' : 'plain';
  const tabbed = text.replaceAll('\t', '    ');
  const pieces = state.wrap ? wrapText(tabbed, room) : [cut(tabbed, room, 'end', glyphs.ellipsis)];
  return pieces.map((piece, index) => [
    segment(` ${index === 0 ? time : ' '.repeat(time.length)}`, 'muted'),
    segment(piece, role),
  ]);
}

/** The log of lease `id` under its heading. */
export function logLines(view: View, id: string): Line[] {
  const { state, t } = view;
  const { lease, lines, problem } = state.log;
  if (lease !== id) return [];
  const follow = state.follow ? t('log.following') : t('log.not_following');
  const head: Line = [...heading(t('log.title')), segment(`  ${follow}`, 'muted')];
  if (problem !== '' && lines.length === 0) return [head, [segment(` ${problem}`, 'muted')]];
  if (lines.length === 0) return [head, [segment(` ${t('log.empty')}`, 'muted')]];
  return [head, ...lines.flatMap((line) => rows(view, line))];
}
