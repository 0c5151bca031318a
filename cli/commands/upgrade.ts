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
import type { StatusSnapshot } from '../../proto/status.ts';
import { askAgent, defaultSocket } from '../agent-socket.ts';
import { durationOption } from '../duration-option.ts';
import { exitCodes } from '../exit-codes.ts';
import { SpokenError } from '../i18n/spoken-error.ts';
import type { Translate } from '../i18n/translate.ts';
import { speech } from '../language.ts';
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
  lang?: string;
}

const lookAgainMs = 500;

/** The installer that came with the release that runs. */
function installer(): string {
  const program = realpathSync(process.execPath);
  const script = join(dirname(dirname(program)), 'install.sh');
  if (isSea() && existsSync(script)) return script;
  const why = program === '/usr/bin/suanlink' ? 'error.upgrade_package' : 'error.upgrade_foreign';
  throw new SpokenError('invalid_argument', why, { program });
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

async function untilIdle(socket: string, limitMs: number, t: Translate): Promise<void> {
  const end = performance.now() + limitMs;
  let told = 0;
  for (;;) {
    const left = blockers((await ask('GET', socket, '/v1/status')) ?? { leases: [] }).length;
    if (left === 0) return;
    if (performance.now() > end)
      throw new SpokenError('deadline_exceeded', 'error.upgrade_busy', { count: left });
    const waiting = left === 1 ? 'upgrade.waiting_one' : 'upgrade.waiting';
    if (left !== told) say(`suanlink upgrade: ${t(waiting, { count: left })}`);
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
    throw new SpokenError('invalid_argument', 'error.upgrade_source');
  const script = installer();
  const socket = options.socket ?? defaultSocket();
  const from = bundle === undefined ? ['--base-url', baseUrl ?? ''] : ['--bundle', resolve(bundle)];
  const args = [...from, ...(version === undefined ? [] : ['--version', version]), '--role', role()];
  const before = await ask('GET', socket, '/v1/status');
  // A drain of somebody else's stays.
  const drains = when === 'drain' && before !== undefined && before.agent.state !== 'draining';
  if (drains) await ask('POST', socket, '/v1/drain?reason=upgrade');
  try {
    if (when !== 'now') await untilIdle(socket, durationOption(options.timeout), await speech(options.lang));
    return await run(script, args);
  } finally {
    if (drains) await ask('POST', socket, '/v1/undrain');
  }
}
