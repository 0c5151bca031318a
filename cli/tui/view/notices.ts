/** What is the matter and what to do, in lines. Pure. */
import { type Notice, notices } from '../model/verdict.ts';
import { duration } from '../model/format.ts';
import { cutLine, type Line, lineWidth, type Role, segment, wrapText } from './cells.ts';
import { blank, type Surface, type View } from './context.ts';

const roles: Record<Notice['severity'], Role> = { crit: 'crit', warn: 'warn', info: 'active' };

function glyphOf({ glyphs }: View, { severity, about }: Notice): string {
  if (severity === 'crit') return glyphs.fail;
  if (severity === 'warn') return glyphs.warn;
  return about === 'node' ? glyphs.held : glyphs.busy;
}

/** What is the matter, and the next step. */
function parts(view: View, notice: Notice): { matter: string; hint: string; role: Role } {
  const { t } = view;
  const { key, values = {} } = notice.text;
  const reason = values['reason'] === '' ? { reason: t('notice.no_reason') } : {};
  return {
    matter: `${glyphOf(view, notice)} ${t(key, { ...values, ...reason })}`,
    hint: notice.hint ? t(notice.hint.key, notice.hint.values) : '',
    role: roles[notice.severity],
  };
}

/** One notice in `room` lines at most: in one when it fits, else the next step in a line of its own. With a single line
 * for what is too long, what is the matter gives way to what to do. */
export function noticeText(view: View, notice: Notice, room: number, indent = 0): Line[] {
  const { layout, glyphs } = view;
  const { matter, hint, role } = parts(view, notice);
  const cols = layout.cols - indent;
  const sign = ` ${glyphs.arrow} `;
  const step: Line = hint === '' ? [] : [segment(sign, 'muted'), segment(hint)];
  const whole = [segment(matter, role), ...step];
  if (hint === '' || lineWidth(whole) <= cols) return [cutLine(whole, cols, glyphs.ellipsis)];
  if (room > 1)
    return [cutLine([segment(matter, role)], cols, glyphs.ellipsis), cutLine(step, cols, glyphs.ellipsis)];
  const left = cols - lineWidth(step);
  if (left < 24) return [cutLine([segment(matter, role)], cols, glyphs.ellipsis)];
  return [[...cutLine([segment(matter, role)], left, glyphs.ellipsis), ...step]];
}

/** The notices of this moment in at most `room` lines, the worst first; the rest is counted. */
export function noticeLines(view: View, room: number): Line[] {
  const all = notices(view.state);
  const lines: Line[] = [];
  for (const [index, notice] of all.entries()) {
    const last = index === all.length - 1;
    // A line is kept for the count of those that have no room, unless it would be the only one.
    const left = room - lines.length - (last || room < 2 ? 0 : 1);
    if (left <= 0) {
      if (room < 2) return lines;
      return [...lines, [segment(`  ${view.t('notice.more', { count: all.length - index })}`, 'muted')]];
    }
    lines.push(...noticeText(view, notice, left));
  }
  return lines;
}

/** Why nothing is heard, and what is known from before. */
export interface Silence {
  why: string;
  hint: string;
  /** When the next try is; wall-clock ms, as `now`. */
  retryAt: number;
  now: number;
  /** What is shown meanwhile; '' for nothing to say. */
  meanwhile: string;
}

/** The screen's first lines while nothing is heard: why, what to do, when the next try is. */
export function silenceLines(
  { t, layout, glyphs }: Surface,
  { why, hint, retryAt, now, meanwhile }: Silence,
): Line[] {
  const left = retryAt - now;
  const next = left > 0 ? t('notice.retry', { time: duration(left + 999) }) : t('notice.trying');
  const wrapped = (text: string, role: Role, first: string): Line[] =>
    wrapText(text, layout.cols - 4).map((line, index) => [
      segment(`${index === 0 ? first : '   '}${line}`, role),
    ]);
  return [
    ...wrapped(why, 'crit', ` ${glyphs.fail} `),
    ...wrapped(hint, 'plain', ` ${glyphs.arrow} `.padEnd(3)),
    [segment(`   ${next}`, 'muted')],
    ...(meanwhile === '' ? [] : [[segment(`   ${meanwhile}`, 'muted')]]),
    blank,
  ];
}

/** The same for the agent; nothing while it is heard. */
export function downLines(view: View): Line[] {
  const { state, t } = view;
  const { connection, now, status, statusAt } = state;
  if (connection.kind !== 'down') return [];
  const key = connection.cause === 'lost' ? 'absent' : connection.cause;
  const old = status ? t('notice.last_snapshot', { age: duration(now - statusAt) }) : t('notice.no_snapshot');
  return silenceLines(view, {
    why: t(`notice.${key}`, { socket: state.socket }),
    hint: t(`notice.${key}.hint`),
    ...{ retryAt: connection.retryAt, now },
    meanwhile: connection.cause === 'denied' ? '' : old,
  });
}
