/** The first rows, always there: who and how it is; how the machine is; on larger screens the tabs. Pure. */
import type { StatusSnapshot } from '../../../proto/status.ts';
import { screens } from '../model/state.ts';
import { clock, duration, percent, bytes } from '../model/format.ts';
import { deviceName } from '../model/verdict.ts';
import { cutLine, joined, type Line, lineWidth, type Role, segment, spread } from './cells.ts';
import { isOld, staleMs, type Surface, type View } from './context.ts';
import { agentShown, badge, nodeShown, schedulerShown, type Shown } from './words.ts';

/** The header's rows. */
export function header(view: View): Line[] {
  const { layout } = view;
  const lines = [identity(view), machine(view)];
  return layout.header === 3 ? [...lines, tabs(view)] : lines;
}

/** As many of `parts` as have room, the first ones first. */
export function fitting(parts: readonly Line[], between: Line, width: number): Line {
  let count = parts.length;
  while (count > 1 && lineWidth(joined(parts.slice(0, count), between)) > width) count -= 1;
  return cutLine(joined(parts.slice(0, count), between), width);
}

/** When the next try is; nothing while there is none to wait for. */
function retryPart(view: View): Line {
  const { status } = view.state;
  const { retry_in_ms: retry = null, attempt = 0 } = status?.scheduler ?? {};
  if (retry === null || isOld(view)) return [];
  const left = Math.max(0, retry - (view.state.now - view.state.statusAt));
  return [segment(view.t('scheduler.retry', { time: duration(left), attempt }), 'warn')];
}

function nodePart(view: View, status: StatusSnapshot): Line {
  const line = [badge(nodeShown(view, status))];
  const left = status.agent.drain_left_ms;
  if (status.agent.state !== 'draining' || left === null) return line;
  return [...line, segment(` ${view.t('node.left', { time: duration(left) })}`, 'warn')];
}

function identity(view: View): Line {
  const { state, layout, t } = view;
  const { status } = state;
  const name = status?.agent.name ?? '';
  const who: Line = [
    segment('suanlink', 'accent', { bold: true }),
    ...(name === '' ? [] : [segment(` ${name}`, 'plain', { bold: true })]),
    ...(layout.cols >= 100 && status ? [segment(` ${status.agent.version}`, 'muted')] : []),
  ];
  const shown = (label: 'agent.label' | 'scheduler.label', what: Shown): Line => [
    segment(`${t(label)} `, 'muted'),
    badge(what),
  ];
  const [agent, scheduler] = [agentShown(view), schedulerShown(view)];
  const retry = retryPart(view);
  const states: { line: Line; well: boolean }[] = [
    { line: shown('agent.label', agent), well: agent.role === 'ok' },
    {
      line: [...shown('scheduler.label', scheduler), ...(retry.length > 0 ? [segment(' '), ...retry] : [])],
      well: scheduler.role === 'ok',
    },
  ];
  if (status && !isOld(view))
    states.push({ line: nodePart(view, status), well: status.agent.state === 'running' });
  const between = [segment('  ')];
  const all = joined([who, ...states.map(({ line }) => line)], between);
  if (lineWidth(all) <= layout.cols) return all;
  // Where not all has room, what is not well comes first.
  const ordered = states.toSorted((a, b) => Number(a.well) - Number(b.well)).map(({ line }) => line);
  return fitting([who, ...ordered], between, layout.cols);
}

function counts({ t }: View, status: StatusSnapshot): Line[] {
  const { devices, leases } = status;
  const well = devices.filter(({ health, offered }) => health === 'ok' && offered).length;
  const role: Role = well < devices.length ? 'warn' : 'plain';
  const live = leases.filter(({ state }) => state !== 'ended').length;
  return [
    [segment(`${t('header.cards')} `, 'muted'), segment(`${well}/${devices.length} ${t('header.ok')}`, role)],
    [segment(`${t('header.leases')} `, 'muted'), segment(String(live))],
  ];
}

function machine(view: View): Line {
  const { state, layout, t } = view;
  const { status } = state;
  const right: Line = [
    ...(state.readonly && layout.cols >= 60 ? [segment(`${t('header.readonly')} `, 'muted')] : []),
    ...(state.paused ? [segment(`${t('header.paused')} `, 'warn', { bold: true })] : []),
    segment(clock(state.now, false), 'muted'),
  ];
  if (!status) return spread([], right, layout.cols);
  const { host, agent } = status;
  const used = host.memory_used_bytes === null ? '?' : bytes(host.memory_used_bytes);
  const stale = staleMs(view);
  const parts: Line[] = [
    ...(stale === undefined ? [] : [[segment(t('header.stale', { age: duration(stale) }), 'warn')]]),
    ...counts(view, status),
    [segment(`${t('header.cpu')} `, 'muted'), segment(percent(host.cpu_pct))],
    [segment(`${t('header.memory')} `, 'muted'), segment(`${used}/${bytes(host.memory_bytes)}`)],
    [segment(`${t('header.up')} `, 'muted'), segment(coarse(agent.uptime_ms))],
  ];
  return spread(fitting(parts, [segment('  ')], layout.cols - lineWidth(right) - 1), right, layout.cols);
}

/** A long time in steps of a minute: it does not change with every frame. */
function coarse(ms: number): string {
  return ms < 3_600_000 ? `${Math.floor(ms / 60_000)}m` : duration(ms);
}

function tabs(view: View): Line {
  const { state, t } = view;
  const names = screens.map((screen) => t(`screen.${screen}`));
  return tabLine(view, names, screens.indexOf(state.screen), crumb(view));
}

/** The screens' names with their keys, the one that is shown marked, and where one is below it. */
export function tabLine({ layout }: Surface, names: readonly string[], shown: number, below: string): Line {
  const line = names.flatMap((name, index): Line => {
    const here = index === shown;
    return [{ text: ` ${index + 1} ${name} `, role: here ? 'accent' : 'muted', inverse: here }, segment(' ')];
  });
  return cutLine([...line, segment(below, 'accent')], layout.cols);
}

/** Where one is below a screen: the name of the device or lease that is shown. */
function crumb({ state }: View): string {
  const { detail, status } = state;
  if (!detail) return '';
  if (detail.kind === 'lease') return `› ${detail.id}`;
  const device = status?.devices.find(({ id }) => id === detail.id);
  return `› ${device ? deviceName(device) : detail.id}`;
}
