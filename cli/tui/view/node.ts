/** The node itself: who it is, its scheduler, engine, machine, and what each vendor's tool answers. Pure. */
import type { StatusSnapshot } from '../../../proto/status.ts';
import type { MessageKey } from '../../i18n/translate.ts';
import { bytes, duration } from '../model/format.ts';
import { notices } from '../model/verdict.ts';
import { type Line, type Role, type Segment, segment, textWidth, wrapText } from './cells.ts';
import { blank, dimmed, isOld, type Surface, type View } from './context.ts';
import { noticeText } from './notices.ts';
import { schedulerShown } from './words.ts';

/** Width of the names on the left. */
const nameWidth = 13;

/** `name   value`, the value on as many lines as it needs. */
export function field(view: Surface, key: MessageKey, value: string | Segment): Line[] {
  const name = view.t(key);
  const { text, role = 'plain' } = typeof value === 'string' ? { text: value } : value;
  const pad = ' '.repeat(Math.max(1, nameWidth - textWidth(name)));
  return wrapText(text, Math.max(10, view.layout.cols - nameWidth - 1)).map((line, index) => [
    segment(index === 0 ? ` ${name}${pad}` : ' '.repeat(nameWidth + 1), 'muted'),
    segment(line, role),
  ]);
}

/** A heading between groups of lines. */
export function heading(text: string): Line {
  return [segment(` ${text}`, 'accent', { bold: true })];
}

function schedulerText(view: View, { scheduler }: StatusSnapshot): string {
  const { url, state, reason, code, connected_ms: connected } = scheduler;
  if (state === 'connected') return view.t('node.connected_text', { url, time: duration(connected ?? 0) });
  return [url, schedulerShown(view).word, reason || code].filter(Boolean).join('  ');
}

const vendorWords: Record<StatusSnapshot['probes'][number]['status'], [MessageKey, Role]> = {
  present: ['node.vendor_present', 'ok'],
  absent: ['node.vendor_absent', 'muted'],
  failed: ['node.vendor_failed', 'crit'],
  pending: ['node.vendor_pending', 'active'],
};

function vendorLines(view: View, status: StatusSnapshot): Line[] {
  const { t, layout } = view;
  return status.probes.flatMap((probe): Line[] => {
    const [key, role] = vendorWords[probe.status];
    const count = status.devices.filter(({ vendor }) => vendor === probe.vendor).length;
    const age = probe.status === 'failed' ? probe.last_good_age_ms : probe.sampled_age_ms;
    const facts = [
      ...(count > 0 ? [`${count} ${t('header.cards')}`] : []),
      ...(age === null || count === 0 ? [] : [duration(age)]),
      ...(probe.reason === '' ? [] : [probe.reason]),
      ...probe.notes,
    ].join('  ');
    const word = t(key);
    const pad = (text: string, width: number): string =>
      text + ' '.repeat(Math.max(1, width - textWidth(text)));
    return wrapText(facts, Math.max(10, layout.cols - 25)).map(
      (line, index): Line =>
        index === 0
          ? [
              segment(` ${pad(probe.vendor, 12)}`),
              segment(pad(word, 11), role),
              segment(line, role === 'ok' ? 'plain' : 'muted'),
            ]
          : [segment(' '.repeat(24)), segment(line, 'muted')],
    );
  });
}

/** All lines of the screen; the frame shows those that fit. */
export function nodeLines(view: View): Line[] {
  const { state, t } = view;
  const { status } = state;
  if (!status) return [];
  const { agent, engine, host, scheduler } = status;
  const told = notices(state);
  const lines = [
    heading(t('node.problems')),
    ...(told.length === 0
      ? [[segment(` ${view.glyphs.ok} ${t('node.all_well')}`, 'ok')]]
      : told.flatMap((notice) =>
          noticeText(view, notice, 2, 1).map((line): Line => [segment(' '), ...line]),
        )),
    blank,
    ...field(view, 'node.name', `${agent.name}  ${agent.node_id}`),
    ...field(view, 'node.org', agent.org),
    ...field(
      view,
      'node.agent',
      t('node.agent_text', { version: agent.version, pid: agent.pid, time: duration(agent.uptime_ms) }),
    ),
    ...field(view, 'node.scheduler', schedulerText(view, status)),
    ...field(
      view,
      'node.unsent',
      t('node.unsent_text', {
        count: scheduler.unacknowledged_messages,
        bytes: bytes(scheduler.outbox_bytes),
      }),
    ),
    ...field(
      view,
      'node.engine',
      engine.problem === '' ? engine.description : { text: engine.problem, role: 'crit' },
    ),
    ...field(view, 'node.host', `${host.hostname}  ${host.os}  ${host.kernel}`),
    ...field(view, 'node.cpu', t('node.cores', { count: host.cpu_milli / 1000, model: host.cpu_model })),
    ...field(view, 'node.memory', bytes(host.memory_bytes)),
    ...field(view, 'node.disk', bytes(host.disk_bytes)),
    ...field(view, 'node.kernel_log', status.kernel_log_problem || t('node.readable')),
    blank,
    heading(t('node.vendors')),
    ...vendorLines(view, status),
  ];
  return isOld(view) ? dimmed(lines) : lines;
}
