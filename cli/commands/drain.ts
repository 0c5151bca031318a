/** `suanlink drain` and `undrain`: this node takes no new leases, or takes them again; over its agent's control socket. */
import { setTimeout as sleep } from 'node:timers/promises';
import { SuanlinkError } from '../../proto/codes.ts';
import { parseDuration } from '../../proto/duration.ts';
import type { StatusSnapshot } from '../../proto/status.ts';
import { askAgent, defaultSocket } from '../agent-socket.ts';
import { exitCodes } from '../exit-codes.ts';
import { blockers, drainText } from '../status-text.ts';
import { print, say } from '../terminal.ts';

/** Options of `drain`, as commander gives them. */
export interface DrainOptions {
  socket?: string;
  reason: string;
  deadline?: string;
  wait?: boolean;
}

/** How often the agent is asked while waiting. */
const lookAgainMs = 500;

/** Drains the node; with `--wait` until nothing is left that blocks it. */
export async function drain(options: DrainOptions): Promise<number> {
  const path = options.socket ?? defaultSocket();
  const query = new URLSearchParams({ reason: options.reason });
  if (options.deadline !== undefined) query.set('deadline_ms', String(parseDuration(options.deadline)));
  let status = await askAgent(path, 'POST', `/v1/drain?${query.toString()}`);
  let told = '';
  while (options.wait === true && blockers(status).length > 0) {
    const now = whoBlocks(status);
    if (now !== told) say(`suanlink drain: waiting for ${now}`);
    told = now;
    await sleep(lookAgainMs);
    status = await askAgent(path, 'GET', '/v1/status');
    if (status.agent.state !== 'draining')
      throw new SuanlinkError('conflict', 'somebody has ended the drain meanwhile');
  }
  print(`${status.agent.name} drains: ${drainText(status)}`);
  return exitCodes.ok;
}

/** Takes leases again. */
export async function undrain(options: { socket?: string }): Promise<number> {
  const status = await askAgent(options.socket ?? defaultSocket(), 'POST', '/v1/undrain');
  print(`${status.agent.name} takes leases again`);
  return exitCodes.ok;
}

function whoBlocks(status: StatusSnapshot): string {
  return blockers(status)
    .map(({ id, state, job_id: job }) => `${id} (${state}, ${job})`)
    .join(', ');
}
