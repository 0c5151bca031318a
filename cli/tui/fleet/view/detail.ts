/** Everything about one node, or one job. Pure. */
import type { JobView, NodeView } from '../../../../proto/api.ts';
import { bytes, duration, memory, percent, shortId } from '../../model/format.ts';
import { type Line, segment, wrapText } from '../../view/cells.ts';
import { blank, dimmed } from '../../view/context.ts';
import { field, heading } from '../../view/node.ts';
import type { Column } from '../../view/table.ts';
import { headLine, placeColumns, rowLine } from '../../view/table.ts';
import { badge, type Shown } from '../../view/words.ts';
import type { FleetDetail } from '../model/state.ts';
import { numbers, words } from './columns.ts';
import { type FleetView, isOld } from './context.ts';
import { nodeStateShown } from './words.ts';

type Card = NodeView['accelerators'][number];

function healthShown({ glyphs, t }: FleetView, { health, offered }: Card): Shown {
  if (health === 'failed') return { glyph: glyphs.fail, word: t('health.failed'), role: 'crit' };
  if (health === 'degraded') return { glyph: glyphs.warn, word: t('health.degraded'), role: 'warn' };
  if (health !== 'ok') return { glyph: glyphs.unknown, word: t('health.unknown'), role: 'warn' };
  return offered
    ? { glyph: glyphs.ok, word: t('health.ok'), role: 'ok' }
    : { glyph: glyphs.held, word: t('health.withheld'), role: 'muted' };
}

/** A card's memory, used of all. */
function memoryText({ memory_used_mib: used, memory_bytes: all }: Card): string {
  return memory(used, all === null ? null : all / 2 ** 20);
}

function cardColumns(view: FleetView): Column<Card>[] {
  const { t } = view;
  const temperature = { id: 'temperature', head: t('column.temperature'), width: 4, priority: 7 };
  const health = { id: 'health', head: t('column.health'), width: 9, priority: 2 };
  const lease = { id: 'lease', head: t('column.lease'), width: 8, priority: 6 };
  const note = { id: 'note', head: t('column.note'), width: 10, max: 60, priority: 9 };
  return [
    numbers({ id: 'index', head: t('column.index'), width: 2, priority: 1 }, (c) => c.index),
    words(
      { id: 'model', head: t('column.device'), width: 12, max: 28, priority: 3 },
      (c) => c.model || c.vendor,
    ),
    { ...health, cell: (c) => [badge(healthShown(view, c))] },
    numbers({ id: 'util', head: t('column.util'), width: 4, priority: 4 }, (c) => percent(c.utilization_pct)),
    numbers({ id: 'memory', head: t('column.memory'), width: 9, priority: 5 }, memoryText),
    numbers(temperature, (c) => (c.temperature_c === null ? null : `${c.temperature_c}C`)),
    numbers({ id: 'power', head: t('column.power'), width: 5, priority: 8 }, (c) =>
      c.power_w === null ? null : `${Math.round(c.power_w)}W`,
    ),
    words(lease, (c) => (c.lease_id === null ? '-' : shortId(c.lease_id)), 'accent'),
    words(note, (c) => c.health_reasons.join(', ') || c.not_offered_reason, 'warn'),
  ];
}

function cardLines(view: FleetView, cards: readonly Card[]): Line[] {
  const columns = placeColumns(cardColumns(view), view.layout.cols - 1);
  const lines = cards.map((card) => rowLine(columns, card, view.glyphs.ellipsis));
  return [headLine(columns), ...lines].map((line): Line => [segment(' '), ...line]);
}

/** What the list says of the node already. */
function rowLines(view: FleetView, id: string): Line[] {
  const row = view.state.fleet?.nodes.find((node) => node.id === id);
  if (!row) return [[segment(` ${view.t('fleet.node_gone')}`, 'warn')]];
  const note = row.note === '' ? [] : [segment(`  ${row.note}`, 'warn')];
  return [[segment(` ${row.name}  `, 'accent', { bold: true }), badge(nodeStateShown(view, row)), ...note]];
}

function nodeLines(view: FleetView, node: NodeView): Line[] {
  const { t } = view;
  const { host, free } = node;
  const labels = Object.entries(host?.labels ?? {}).map(([name, value]) => `${name}=${value}`);
  const heard =
    node.last_seen_ms_ago === null ? '-' : t('fleet.ago', { time: duration(node.last_seen_ms_ago) });
  return [
    ...field(view, 'detail.id', node.id),
    ...field(view, 'node.org', node.org),
    ...field(view, 'node.agent', `${node.agent_version || '-'}  ${t('fleet.heard', { time: heard })}`),
    ...(host
      ? [
          ...field(
            view,
            'node.host',
            `${host.os}  ${host.kernel}  ${host.architecture}  ${host.region}`.trimEnd(),
          ),
          ...field(view, 'node.engine', host.engine),
          ...field(
            view,
            'node.cpu',
            t('fleet.free_of', { free: free.cpu_milli / 1000, all: host.cpu_milli / 1000 }),
          ),
          ...field(
            view,
            'node.memory',
            t('fleet.free_of', { free: bytes(free.memory_bytes), all: bytes(host.memory_bytes) }),
          ),
          ...field(
            view,
            'node.disk',
            t('fleet.free_of', { free: bytes(free.disk_bytes), all: bytes(host.disk_bytes) }),
          ),
        ]
      : []),
    ...(labels.length === 0 ? [] : field(view, 'fleet.labels', labels.join('  '))),
    ...(node.accelerators.length === 0 ? [] : [blank, ...cardLines(view, node.accelerators)]),
  ];
}

function jobLines(view: FleetView, job: JobView, explained: string): Line[] {
  const { t, layout } = view;
  const { spec, lease } = job;
  const asks = [
    t('fleet.asks', { cards: spec.accelerators, nodes: spec.nodes }),
    ...spec.models,
    ...spec.vendors,
    `CPU ${spec.cpu_milli / 1000}`,
    bytes(spec.memory_bytes),
  ].join('  ');
  const paragraphs = explained.split('\n').flatMap((line) => wrapText(line, layout.cols - 2));
  return [
    ...field(view, 'column.state', job.state),
    ...field(view, 'node.org', `${job.org}  ${job.submitted_by}`),
    ...field(view, 'fleet.submitted', job.submitted_at.slice(0, 19).replace('T', ' ')),
    ...field(view, 'column.image', spec.image),
    ...(spec.command.length === 0 ? [] : field(view, 'fleet.command', spec.command.join(' '))),
    ...field(view, 'fleet.wants', asks),
    ...(lease ? field(view, 'column.lease', `${lease.id}  ${lease.state}  ${lease.phase}`) : []),
    ...(lease ? field(view, 'fleet.column.node', `${lease.node_name}  ${lease.node_id}`) : []),
    ...(lease && lease.notice !== '' ? field(view, 'column.note', { text: lease.notice, role: 'warn' }) : []),
    ...(job.waiting_reason === ''
      ? []
      : field(view, 'fleet.waits', { text: job.waiting_reason, role: 'warn' })),
    ...(job.end ? field(view, 'fleet.ended', `${job.end.reason}  ${job.end.message}`) : []),
    ...(explained === '' ? [] : [blank, heading(t('fleet.why'))]),
    ...paragraphs.map((text): Line => [segment(` ${text}`)]),
  ];
}

/** All lines; the frame shows those that fit. */
export function detailLines(view: FleetView, { kind, id }: FleetDetail): Line[] {
  const { state, t } = view;
  const found = state.found?.id === id ? state.found : undefined;
  const problem: Line[] = found && found.problem !== '' ? [[segment(` ${found.problem}`, 'warn')]] : [];
  const head = kind === 'node' ? rowLines(view, id) : [[segment(` ${id}`, 'accent', { bold: true })]];
  const waiting: Line[] = found ? [] : [[segment(` ${t('fleet.asking')}`, 'muted')]];
  const lines = [
    ...head,
    ...problem,
    ...waiting,
    ...(found?.node ? nodeLines(view, found.node) : []),
    ...(found?.job ? jobLines(view, found.job, found.explained ?? '') : []),
  ];
  return isOld(view) ? dimmed(lines) : lines;
}
