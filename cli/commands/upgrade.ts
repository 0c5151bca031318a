/**
 * `suanlink upgrade`: waits until it may, then lets the installer of the release that runs put another one to use: it
 * checks the signature with its own key, tries the program out, swaps, restarts, and goes back when that does not come up
 * healthy. Nothing is ever upgraded unasked.
 */
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isSea } from 'node:sea';
import { setTimeout as sleep } from 'node:timers/promises';
import { SuanlinkError } from '../../proto/codes.ts';
import { parseDuration } from '../../proto/duration.ts';
import type { StatusSnapshot } from '../../proto/status.ts';
import { askAgent, defaultSocket } from '../agent-socket.ts';
import { exitCodes } from '../exit-codes.ts';
import { blockers } from '../status-text.ts';
import { say } from '../terminal.ts';

/** Options of `upgrade`, as commander gives them. */
export interface UpgradeOptions {
  bundle?: string;
  baseUrl?: string;
  version?: string;
  when: 'idle' | 'drain' | 'now';
  timeout: string;
  socket?: string;
}

const lookAgainMs = 500;

/** The installer that came with the release that runs. */
function installer(): string {
  const program = realpathSync(process.execPath);
  const script = join(dirname(dirname(program)), 'install.sh');
  if (isSea() && existsSync(script)) return script;
  const what =
    program === '/usr/bin/suanlink'
      ? 'it belongs to a package manager: apt-get install ./suanlink_VERSION.deb, or dnf install'
      : 'it was not installed by install.sh';
  throw new SuanlinkError('invalid_argument', `this program (${program}) cannot be upgraded so: ${what}`);
}

/** Which services are set up here. */
function role(): string {
  const has = (name: string): boolean =>
    existsSync(`/etc/systemd/system/suanlink-${name}.service`) || existsSync(`/etc/init.d/suanlink-${name}`);
  if (has('agent') && has('scheduler')) return 'both';
  return has('scheduler') ? 'scheduler' : 'agent';
}

/** The agent's status; undefined where none runs. */
async function ask(
  method: 'GET' | 'POST',
  socket: string,
  path: string,
): Promise<StatusSnapshot | undefined> {
  try {
    return await askAgent(socket, method, path);
  } catch (caught) {
    if (SuanlinkError.from(caught).code === 'unavailable') return undefined;
    throw caught;
  }
}

async function untilIdle(socket: string, limitMs: number): Promise<void> {
  const end = performance.now() + limitMs;
  let told = 0;
  for (;;) {
    const left = blockers((await ask('GET', socket, '/v1/status')) ?? { leases: [] }).length;
    if (left === 0) return;
    if (performance.now() > end)
      throw new SuanlinkError('deadline_exceeded', `${left} leases still run; nothing was changed`);
    if (left !== told) say(`suanlink upgrade: waiting for ${left} ${left === 1 ? 'lease' : 'leases'}`);
    told = left;
    await sleep(lookAgainMs);
  }
}

function run(script: string, args: readonly string[]): Promise<number> {
  const child = spawn('sh', [script, ...args], { stdio: 'inherit' });
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', (code) => done(code ?? exitCodes.failure));
  });
}

/** Upgrades; the installer's exit code, of which 6 says that the release before runs again. */
export async function upgrade(options: UpgradeOptions): Promise<number> {
  const { bundle, baseUrl, version, when } = options;
  if ((bundle === undefined) === (baseUrl === undefined))
    throw new SuanlinkError('invalid_argument', 'say either --bundle FILE or --base-url URL');
  const script = installer();
  const socket = options.socket ?? defaultSocket();
  const from = bundle === undefined ? ['--base-url', baseUrl ?? ''] : ['--bundle', resolve(bundle)];
  const args = [...from, ...(version === undefined ? [] : ['--version', version]), '--role', role()];
  const before = await ask('GET', socket, '/v1/status');
  // A drain of somebody else's stays.
  const drains = when === 'drain' && before !== undefined && before.agent.state !== 'draining';
  if (drains) await ask('POST', socket, '/v1/drain?reason=upgrade');
  try {
    if (when !== 'now') await untilIdle(socket, parseDuration(options.timeout));
    return await run(script, args);
  } finally {
    if (drains) await ask('POST', socket, '/v1/undrain');
  }
}
