/** Everything about one lease: where it stands, why, what to do, what it has been through, what it may use. Pure. */
import type { StatusLease } from '../../../proto/status.ts';
import { bytes, duration, shortId } from '../model/format.ts';
import { allLeases } from '../model/rows.ts';
import { deviceName } from '../model/verdict.ts';
import { type Line, lineWidth, segment } from './cells.ts';
import { blank, dimmed, isOld, type View } from './context.ts';
import { field } from './node.ts';
import { badge, leaseShown } from './words.ts';
import { hintKey, reasonKey } from './reasons.ts';

function stateLine(view: View, lease: StatusLease): Line {
  const { t } = view;
  const fact = (key: Parameters<typeof t>[0], value: string | null): Line =>
    value === null ? [] : [segment(`   ${t(key)} `, 'muted'), segment(value)];
  const shown = (ms: number | null): string | null => (ms === null ? null : duration(ms));
  return [
    segment(` ${shortId(lease.id)}  `, 'accent', { bold: true }),
    badge(leaseShown(view, lease)),
    ...fact('column.age', duration(lease.age_ms)),
    ...fact('column.ran', shown(lease.run_ms)),
    ...fact('column.left', shown(lease.time_left_ms)),
    ...fact('column.exit', lease.exit_code === null ? null : String(lease.exit_code)),
  ];
}

/** How long each phase took, as many to a row as fit. */
function timelineLines(view: View, lease: StatusLease): Line[] {
  const { t, glyphs, layout } = view;
  const parts = lease.timeline.map(({ name, at_ms: from }, index): Line => {
    const next = lease.timeline[index + 1];
    const last = next === undefined;
    const over = lease.state === 'ended' && last;
    const spent = (next?.at_ms ?? lease.age_ms) - from;
    const key = `phase.${name}`;
    const word = isPhase(key) ? t(key) : name;
    return [
      segment(last ? `${glyphs.ok} ` : `${glyphs.dot} `, last ? 'accent' : 'muted'),
      segment(word, last ? 'accent' : 'plain', last ? { bold: true } : {}),
      ...(over ? [] : [segment(` ${spent < 1000 ? `${spent}ms` : duration(spent)}`, 'muted')]),
      segment('  '),
    ];
  });
  const lines: Line[] = [];
  for (const part of parts) {
    const line = lines.at(-1);
    if (line && lineWidth(line) + lineWidth(part) <= layout.cols)
      lines[lines.length - 1] = [...line, ...part];
    else lines.push([segment(' '), ...part]);
  }
  return lines;
}

const phaseNames = [
  'accepted',
  'committed',
  'pulling',
  'creating',
  'created',
  'starting',
  'running',
  'stopping',
  'ended',
] as const;
type PhaseKey = `phase.${(typeof phaseNames)[number]}`;
const phaseKeys: ReadonlySet<string> = new Set(phaseNames.map((name) => `phase.${name}`));
const isPhase = (key: string): key is PhaseKey => phaseKeys.has(key);

/** `43% 1.2G/2.8G 38M/s, 42s to go`. */
export function pullText({ t }: View, pull: NonNullable<StatusLease['pull']>): string {
  const { done_bytes: done, total_bytes: total, bytes_per_second: rate } = pull;
  if (total === 0) return '';
  const percent = Math.floor((done / total) * 100);
  const left = rate > 0 ? ` ${t('pull.eta', { time: duration(((total - done) / rate) * 1000) })}` : '';
  return `${percent}% ${bytes(done)}/${bytes(total)} ${bytes(rate)}/s${left}`;
}

function whyLines(view: View, lease: StatusLease): Line[] {
  const { t } = view;
  if (lease.pull) return field(view, 'detail.pull', pullText(view, lease.pull) || lease.waiting_for);
  const reason = reasonKey(lease.end_reason ?? lease.stop_reason);
  if (reason === undefined)
    return lease.waiting_for === '' ? [] : field(view, 'detail.waiting', lease.waiting_for);
  const { role } = leaseShown(view, lease);
  const hint = hintKey(lease.end_reason);
  return [
    ...field(view, 'detail.why', { text: t(reason), role }),
    ...(lease.error ? field(view, 'detail.said', { text: lease.error, role }) : []),
    ...(hint ? field(view, 'detail.next', t(hint)) : []),
  ];
}

/** The lines about the lease, without its log. */
export function leaseDetail(view: View, id: string): Line[] {
  const { state, t } = view;
  const lease = allLeases(state).find((each) => each.id === id);
  if (!lease) return [[segment(` ${t('detail.lease_gone')}`, 'warn')]];
  const cards = lease.accelerator_ids.map((card) => {
    const device = state.status?.devices.find((each) => each.id === card);
    return device ? deviceName(device) : card;
  });
  const inside = lease.devices_inside;
  const lines = [
    stateLine(view, lease),
    ...whyLines(view, lease),
    ...(inside === 'mismatch'
      ? field(view, 'detail.inside', { text: lease.devices_inside_detail, role: 'crit' })
      : []),
    ...timelineLines(view, lease),
    blank,
    ...field(view, 'detail.id', `${lease.id} / ${lease.epoch}`),
    ...field(view, 'column.job', `${lease.job_id}  ${lease.org}`),
    ...field(view, 'column.image', lease.image),
    ...(lease.command.length === 0 ? [] : field(view, 'detail.command', lease.command.join(' '))),
    ...field(view, 'column.cards', cards.join('  ') || '-'),
    ...field(
      view,
      'detail.limits',
      t('detail.limits_text', {
        cpu: lease.cpu_milli / 1000,
        memory: bytes(lease.memory_bytes),
        disk: bytes(lease.disk_bytes),
      }),
    ),
    ...field(view, 'detail.container', lease.container_id?.slice(0, 12) ?? '-'),
    blank,
  ];
  return isOld(view) ? dimmed(lines) : lines;
}
