/** `suanlink drain` and `undrain`: this node takes no new leases, or takes them again; over its agent's control socket. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { StatusSnapshot } from '../../proto/status.ts';
import { askAgent, defaultSocket } from '../agent-socket.ts';
import { durationOption } from '../duration-option.ts';
import { exitCodes } from '../exit-codes.ts';
import { SpokenError } from '../i18n/spoken-error.ts';
import type { Translate } from '../i18n/translate.ts';
import { speech } from '../language.ts';
import { blockers, drainText } from '../status-text.ts';
import { print, say } from '../terminal.ts';

/** Options of `drain`, as commander gives them. */
export interface DrainOptions {
  socket?: string;
  reason: string;
  deadline?: string;
  wait?: boolean;
  lang?: string;
}

/** How often the agent is asked while waiting. */
const lookAgainMs = 500;

/** Drains the node; with `--wait` until nothing is left that blocks it. */
export async function drain(options: DrainOptions): Promise<number> {
  const path = options.socket ?? defaultSocket();
  const t = await speech(options.lang);
  const query = new URLSearchParams({ reason: options.reason });
  if (options.deadline !== undefined) query.set('deadline_ms', String(durationOption(options.deadline)));
  let status = await askAgent(path, 'POST', `/v1/drain?${query.toString()}`);
  let told = '';
  while (options.wait === true && blockers(status).length > 0) {
    const now = whoBlocks(status, t);
    if (now !== told) say(`suanlink drain: ${t('drain.waiting', { leases: now })}`);
    told = now;
    await sleep(lookAgainMs);
    status = await askAgent(path, 'GET', '/v1/status');
    if (status.agent.state !== 'draining') throw new SpokenError('conflict', 'error.drain_over');
  }
  print(t('drain.done', { node: status.agent.name, text: drainText(status, t) }));
  return exitCodes.ok;
}

/** Takes leases again. */
export async function undrain(options: { socket?: string; lang?: string }): Promise<number> {
  const status = await askAgent(options.socket ?? defaultSocket(), 'POST', '/v1/undrain');
  const t = await speech(options.lang);
  print(t('drain.over', { node: status.agent.name }));
  return exitCodes.ok;
}

function whoBlocks(status: StatusSnapshot, t: Translate): string {
  return blockers(status)
    .map(({ id, state, job_id: job }) => `${id} (${t(`word.${state}`)}, ${job})`)
    .join(', ');
}
