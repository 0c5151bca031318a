/** The agent itself: its configuration, its secrets, its lock, its socket, and what it says of itself. Pure. */
import type { StatusSnapshot } from '../../../proto/status.ts';
import type { Verdict } from '../check.ts';

/** The configuration as it lies on the disk. */
export interface ConfigFacts {
  files: readonly string[];
  /** Every problem as `file:line:col: what`. */
  problems: readonly string[];
  /** Files that others than root may change. */
  writable: readonly string[];
  /** Files in `conf.d` that are not read, because of their names. */
  ignored: readonly string[];
}

/** Would an agent start with it. */
export function judgeConfig({ files, problems, writable, ignored }: ConfigFacts): Verdict {
  const [problem] = problems;
  if (problem !== undefined)
    return { level: 'fail', finding: 'config_wrong', values: { problem, count: problems.length } };
  if (writable.length > 0)
    return { level: 'warn', finding: 'config_writable', values: { files: writable.join(' ') } };
  if (ignored.length > 0)
    return { level: 'warn', finding: 'config_ignored', values: { files: ignored.join(' ') } };
  return files.length === 0
    ? { level: 'pass', finding: 'config_none' }
    : { level: 'pass', finding: 'config', values: { files: files.join(', ') } };
}

/** Do files with secrets in them stay with their owner; `exposed` are those that do not. */
export function judgeSecrets(exposed: readonly string[]): Verdict {
  return exposed.length > 0
    ? { level: 'fail', finding: 'secrets_exposed', values: { files: exposed.join(' ') } }
    : { level: 'pass', finding: 'secrets' };
}

/** The lock of the state directory; undefined: nobody has it. */
export type LockFacts = { pid: number; alive: boolean; path: string } | undefined;

/** How the agent's socket answers. */
export type SocketFacts = { path: string } & (
  | { state: 'answers'; status: StatusSnapshot }
  | { state: 'missing' | 'stale' | 'denied' | 'foreign'; why: string }
);

/** Who has the state directory. */
export function judgeLock(lock: LockFacts, socket: SocketFacts): Verdict {
  if (!lock) return { level: 'pass', finding: 'lock_free' };
  const { pid, path } = lock;
  if (!lock.alive) return { level: 'warn', finding: 'lock_stale', values: { pid, path } };
  return socket.state === 'missing' || socket.state === 'stale'
    ? { level: 'fail', finding: 'lock_silent', values: { pid, path, socket: socket.path } }
    : { level: 'pass', finding: 'lock', values: { pid } };
}

/** Does an agent run here, of this release. */
export function judgeSocket(socket: SocketFacts, ownVersion: string): Verdict {
  const { path } = socket;
  switch (socket.state) {
    case 'missing':
      return { level: 'warn', finding: 'agent_none', values: { path } };
    case 'stale':
      return { level: 'warn', finding: 'agent_stale', values: { path } };
    case 'denied':
      return { level: 'fail', finding: 'agent_denied', values: { path } };
    case 'foreign':
      return { level: 'fail', finding: 'agent_foreign', values: { path, why: socket.why } };
    case 'answers': {
      const { version, pid } = socket.status.agent;
      const values = { version, pid, own: ownVersion };
      return version === ownVersion
        ? { level: 'pass', finding: 'agent', values }
        : { level: 'warn', finding: 'agent_other_version', values };
    }
  }
}

/** Is it connected. */
export function judgeConnected({ scheduler }: StatusSnapshot): Verdict {
  const { state, code, reason, url } = scheduler;
  const values = { url, code, reason };
  if (state === 'connected') return { level: 'pass', finding: 'connected', values };
  return state === 'refused'
    ? { level: 'fail', finding: 'refused', values }
    : { level: 'warn', finding: 'unconnected', values };
}

/** Do its parts work. */
export function judgeParts({ engine, problems, kernel_log_problem: kernelLog }: StatusSnapshot): Verdict {
  const broken = [
    ...(engine.problem === '' ? [] : [`engine: ${engine.problem}`]),
    ...problems.map(({ part, message }) => `${part}: ${message}`),
  ];
  if (broken.length > 0)
    return { level: 'fail', finding: 'parts_broken', values: { problems: broken.join('; ') } };
  if (engine.quarantined_containers.length > 0)
    return {
      level: 'warn',
      finding: 'quarantined',
      values: { containers: engine.quarantined_containers.map((id) => id.slice(0, 12)).join(' ') },
    };
  return kernelLog === ''
    ? { level: 'pass', finding: 'parts' }
    : { level: 'warn', finding: 'kernel_log', values: { why: kernelLog } };
}
