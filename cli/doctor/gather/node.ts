/** What this node has of us: configuration, enrolment, secrets, lock, unit, proxies, clock (edge). */
import { execFile } from 'node:child_process';
import { basename, dirname, join } from 'node:path';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { type AgentConfig, defaults, readConfigs } from '../../../agent/config.ts';
import { loadEnrolment } from '../../../agent/link/identity.ts';
import { decodeJoinToken } from '../../../proto/join-token.ts';
import { SuanlinkError } from '../../../proto/codes.ts';
import { proxyFor } from '../../../proto/proxy.ts';
import { partsOf } from '../../../proto/settings-files.ts';
import type { ConfigFacts } from '../judge/agent.ts';
import type { ClockFacts, EnrolmentFacts, ProxyFacts } from '../judge/network.ts';
import type { ServiceFacts, UnitFacts, UnitFile } from '../judge/systemd.ts';
import type { Files } from './files.ts';

/** The configuration: what is in force (defaults where it is wrong), and what is to be said of its files. */
export function gatherConfig(files: Files, main: string): { config: AgentConfig; facts: ConfigFacts } {
  const folder = join(dirname(main), 'conf.d');
  const inside = (name: string): string => join(folder, name);
  const names = files.names(folder);
  const read = [main, ...partsOf('agent', names).map(inside)].filter((path) => files.exists(path));
  const mayBe = [...read, ...(read.length > 0 ? [dirname(main)] : [])];
  const facts = {
    files: read,
    writable: mayBe.filter((path) => isOpen(files, path)),
    ignored: names.filter((name) => /\.(?:yml|json|conf|yaml\.\w+)$/.test(name)).map(inside),
  };
  try {
    const texts = read.map((file) => {
      const text = files.text(file);
      if (text === undefined) throw new SuanlinkError('config_invalid', `${file}: it cannot be read`);
      return { file, text };
    });
    return { config: readConfigs(texts).config, facts: { ...facts, problems: [] } };
  } catch (caught) {
    const problems = SuanlinkError.from(caught).message.split('\n');
    return { config: defaults, facts: { ...facts, problems } };
  }
}

/** Whether others than root and ourselves may change it. */
function isOpen(files: Files, path: string): boolean {
  const owner = files.owner(path);
  return owner !== undefined && ((owner.mode & 0o022) !== 0 || ![0, process.getuid?.()].includes(owner.uid));
}

/** Where a join token may lie. */
const tokenFile = '/etc/suanlink/join-token';

/** What the node knows of its scheduler. */
export function gatherEnrolment(files: Files, stateDir: string, nowMs: number): EnrolmentFacts {
  const file = join(stateDir, 'enrolment.json');
  try {
    const found = loadEnrolment(files.at(stateDir));
    if (found && !URL.canParse(found.schedulerUrl)) throw new Error('it names no scheduler');
    if (found)
      return {
        state: 'enrolled',
        url: found.schedulerUrl,
        caPem: found.caPem,
        node: found.nodeId,
        org: found.org,
      };
  } catch (caught) {
    const error = SuanlinkError.from(caught);
    const why = error.cause instanceof Error ? error.cause.message : error.message;
    return { state: 'broken', file, why };
  }
  const text = files.text(tokenFile);
  if (text === undefined) return { state: 'none' };
  try {
    const { url, caHash, expiresUnixMs } = decodeJoinToken(text);
    return { state: 'token', url, caHash, expired: expiresUnixMs < nowMs, file: tokenFile };
  } catch (caught) {
    return { state: 'broken', file: tokenFile, why: SuanlinkError.from(caught).message };
  }
}

/** Files with secrets in them that others than their owner may read; a proxy's URL in `config` may be one. */
export function gatherSecrets(files: Files, stateDir: string, config: readonly string[]): string[] {
  const withProxy = [...config, ...serviceEnvironment].filter((path) =>
    /^[^#\n]*proxy["']?\s*[:=].*@/im.test(files.text(path) ?? ''),
  );
  const secret = [join(stateDir, 'node.key'), join(stateDir, 'enrolment.json'), tokenFile, ...withProxy];
  return secret.filter((path) => ((files.owner(path)?.mode ?? 0) & 0o077) !== 0);
}

const unitName = 'suanlink-agent.service';
const unitFolders = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
];

/** The unit that this release ships: within the built program, beside the sources otherwise. */
function shippedUnit(): string {
  return (
    process.env.SUANLINK_AGENT_UNIT ??
    readFileSync(join(import.meta.dirname, '../../../packaging', unitName), 'utf8')
  );
}

/** The unit and its drop-ins, as systemd finds them. */
export function gatherUnit(files: Files): UnitFacts {
  const read = (path: string): UnitFile[] => {
    const text = files.text(path);
    return text === undefined ? [] : [{ path, text }];
  };
  const [unit] = unitFolders.flatMap((folder) => read(`${folder}/${unitName}`));
  // A name in an earlier folder hides the same one in a later.
  const dropIns = new Map<string, string>();
  for (const folder of unitFolders)
    for (const below of ['service.d', `${unitName}.d`])
      for (const name of files.names(`${folder}/${below}`))
        if (name.endsWith('.conf') && !dropIns.has(name)) dropIns.set(name, `${folder}/${below}/${name}`);
  const ordered = [...dropIns.values()].toSorted((a, b) => (basename(a) < basename(b) ? -1 : 1));
  return { unit, dropIns: ordered.flatMap(read), shipped: shippedUnit() };
}

const run = promisify(execFile);

/** Output of a small program of the system; undefined when there is none or it fails. */
async function said(files: Files, program: string, args: readonly string[]): Promise<string | undefined> {
  try {
    const path = ['/usr/bin', '/bin', '/usr/sbin'].map((folder) => `${folder}/${program}`).find(files.exists);
    if (path === undefined) return undefined;
    const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C' };
    return (await run(files.at(path), [...args], { timeout: 2_500, killSignal: 'SIGKILL', env })).stdout;
  } catch {
    return undefined; // Not for this user, no bus, or it failed: what it would have said is unknown.
  }
}

/** What systemd says of the service. */
export async function gatherService(files: Files): Promise<ServiceFacts> {
  const nothing = { active: '', result: '', exitStatus: '', needsReload: false };
  if (!files.exists('/run/systemd/system')) return nothing;
  const names = ['ActiveState', 'Result', 'ExecMainStatus', 'NeedDaemonReload'];
  const text = await said(files, 'systemctl', ['show', unitName, ...names.map((name) => `-p${name}`)]);
  const of = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(text ?? '')?.[1] ?? '';
  return {
    active: of('ActiveState'),
    result: of('Result'),
    exitStatus: of('ExecMainStatus'),
    needsReload: of('NeedDaemonReload') === 'yes',
  };
}

/** Who keeps the clock right. */
export async function gatherClock(files: Files): Promise<ClockFacts> {
  const chrony = await said(files, 'chronyc', ['-n', 'tracking']);
  if (chrony !== undefined && /^Leap status/m.test(chrony))
    return { synchronised: /^Leap status +: Normal/m.test(chrony), by: 'chrony' };
  const shown = (await said(files, 'timedatectl', ['show', '-pNTP', '-pNTPSynchronized'])) ?? '';
  const synchronised = /^NTPSynchronized=(yes|no)$/m.exec(shown)?.[1];
  if (synchronised !== undefined)
    return {
      synchronised: synchronised === 'yes',
      by: /^NTP=yes$/m.test(shown) ? 'timesyncd' : 'timedatectl',
    };
  if (files.exists('/run/systemd/timesync/synchronized')) return { synchronised: true, by: 'timesyncd' };
  return { synchronised: undefined, by: '' };
}

/** Variables about proxies: those that an agent here has, and those of whoever asks the doctor. */
export interface ProxyVariables {
  agent: Readonly<Record<string, string>>;
  own: Readonly<Record<string, string>>;
}

const serviceEnvironment = ['/etc/default/suanlink-agent', '/etc/conf.d/suanlink-agent'];

/** The variables; an agent that is no service of this system has those of whoever starts it. */
export function gatherProxyVariables(files: Files, unit: UnitFacts, env: NodeJS.ProcessEnv): ProxyVariables {
  const isService = unit.unit !== undefined || files.exists('/etc/init.d/suanlink-agent');
  const texts = [
    ...[unit.unit, ...unit.dropIns].map((file) => file?.text ?? ''),
    ...serviceEnvironment.map((path) => files.text(path) ?? ''),
  ];
  const assignment = /(?:^|[\s"'])((?:https?|all|no)_proxy)=["']?([^\s"']+)/gim;
  const said = new Map<string, string>();
  for (const text of texts)
    for (const [, name = '', value = ''] of text.replaceAll(/^\s*[#;].*$/gm, '').matchAll(assignment))
      said.set(name, value);
  const own = Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      /^(?:https?|all|no)_proxy$/i.test(name) && value ? [[name, value]] : [],
    ),
  );
  return { own, agent: { ...(isService ? {} : own), ...Object.fromEntries(said) } };
}

/** Which proxy an agent here goes through to the scheduler at `url`. */
export function gatherProxy(url: string, setting: string, { agent, own }: ProxyVariables): ProxyFacts {
  const nothing = { proxy: undefined, wrong: '', unheeded: [] };
  try {
    const proxy = proxyFor(url, setting, agent);
    if (proxy) return { ...nothing, proxy };
  } catch (caught) {
    return { ...nothing, wrong: SuanlinkError.from(caught).message };
  }
  const names = Object.keys({ ...own, ...agent }).filter((name) => !/^no_/i.test(name));
  // Where no variable would count, none is missing.
  const wouldCount = setting === '' && proxyFor(url, 'http://proxy', {}) !== undefined;
  return { ...nothing, unheeded: wouldCount ? names : [] };
}
