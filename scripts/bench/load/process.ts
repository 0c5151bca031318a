/** Processes of a bench: the scheduler as it is shipped, and what the kernel says that it uses. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

/** Ends a child and waits for its end. */
export async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const over = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill(signal);
  await over;
}

/** A port of the loopback on which nobody listens. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** Starts the built scheduler on `stateDir`, plain on loopback; resolves when it listens. Its log goes to `stateDir`.log;
 * SUANLINK_BENCH_NODE_OPTIONS gives it options of Node's, such as --cpu-prof. */
export async function startScheduler(
  stateDir: string,
  port: number,
  options: readonly string[] = [],
): Promise<ChildProcess> {
  const log = openSync(`${stateDir}.log`, 'a');
  const args = ['--listen', `127.0.0.1:${port}`, '--tls', 'off', '--state-dir', stateDir];
  const NODE_OPTIONS = process.env['SUANLINK_BENCH_NODE_OPTIONS'] ?? '';
  const child = spawn(
    join(root, 'dist/suanlink'),
    ['scheduler', ...args, '--log-format', 'json', ...options],
    { stdio: ['ignore', 'ignore', log], env: { ...process.env, NODE_OPTIONS } },
  );
  closeSync(log);
  while (!(await answers(port))) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`the scheduler has ended: ${readFileSync(`${stateDir}.log`, 'utf8').slice(-2000)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return child;
}

/** Processor time so far, in ms, by the names of a process's threads (those of one name together). */
export function threadCpuMs(pid: number): Map<string, number> {
  const found = new Map<string, number>();
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    try {
      const text = readFileSync(`/proc/${pid}/task/${task}/stat`, 'utf8');
      const name = task === String(pid) ? 'main' : text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'));
      const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
      // utime and stime, in hundredths of a second.
      const ms = 10 * (Number(fields[11]) + Number(fields[12]));
      found.set(name, (found.get(name) ?? 0) + ms);
    } catch {
      // A thread that has just ended.
    }
  }
  return found;
}

/** Resident memory, in bytes. */
export function residentBytes(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) * 1024;
}
