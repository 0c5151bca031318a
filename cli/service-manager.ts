/**
 * What a daemon tells systemd (sd_notify(3)): datagrams to the socket that NOTIFY_SOCKET names. Node has no unix
 * datagrams; libc is reached through `node:ffi`, which is experimental and tried out first. Where it does not work, the tool
 * systemd-notify carries the words.
 */
import { execFile } from 'node:child_process';

/** What a daemon may say; without a service manager nobody hears it. */
export interface ServiceManager {
  ready(status: string): void;
  reloading(): void;
  stopping(): void;
  /** The process is well. */
  alive(): void;
  /** How often `alive` is expected at least; undefined when it is not. */
  watchdogMs: number | undefined;
}

type Send = (words: string) => void;

/** A datagram sender by way of libc; undefined where that cannot be had. */
function throughLibc(path: string): Send | undefined {
  try {
    // Asked for by name: a Node without it gives undefined, where an import would end the program.
    const ffi = process.getBuiltinModule('node:ffi');
    const { functions } = ffi.dlopen('libc.so.6', {
      getpid: { arguments: [], return: 'int32' },
      socket: { arguments: ['int32', 'int32', 'int32'], return: 'int32' },
      sendto: {
        arguments: ['int32', 'buffer', 'uint64', 'int32', 'buffer', 'uint32'],
        return: 'int64',
      },
    });
    if (functions.getpid() !== process.pid) return undefined;
    // sockaddr_un: family 1, then the path; @ stands for the zero byte of an abstract name.
    const name = Buffer.from(path);
    if (path.startsWith('@')) name[0] = 0;
    const address = Buffer.concat([Buffer.from(new Uint16Array([1]).buffer), name]);
    const datagram = 2;
    const closeOnExec = 0o2_000_000;
    const socket = functions.socket(1, datagram | closeOnExec, 0);
    if (socket < 0) return undefined;
    const dontWait = 0x40;
    return (words) => {
      const data = Buffer.from(words);
      functions.sendto(socket, data, BigInt(data.length), dontWait, address, address.length);
    };
  } catch {
    return undefined; // No libc.so.6, or no foreign functions in this Node.
  }
}

function throughTool(path: string): Send {
  return (words) => {
    const args = [`--pid=${process.pid}`, ...words.trimEnd().split('\n')];
    const env = { PATH: '/usr/bin:/bin', NOTIFY_SOCKET: path };
    execFile('systemd-notify', args, { timeout: 10_000, env }, () => {});
  };
}

/** Nanoseconds of CLOCK_MONOTONIC as systemd counts them, in microseconds. */
const monotonicUs = (): string => String(process.hrtime.bigint() / 1000n);

/** How to reach the service manager of `env`; everything is silent without one. */
export function serviceManager(env: NodeJS.ProcessEnv): ServiceManager {
  const path = env.NOTIFY_SOCKET ?? '';
  const send: Send = path === '' ? () => {} : (throughLibc(path) ?? throughTool(path));
  // Nobody whom we start is to speak for us.
  delete env.NOTIFY_SOCKET;
  const watchdogUs = Number(env.WATCHDOG_USEC);
  const isOurs = env.WATCHDOG_PID === undefined || Number(env.WATCHDOG_PID) === process.pid;
  return {
    ready: (status) => send(`READY=1\nSTATUS=${status}\n`),
    reloading: () => send(`RELOADING=1\nMONOTONIC_USEC=${monotonicUs()}\n`),
    stopping: () => send('STOPPING=1\n'),
    alive: () => send('WATCHDOG=1\n'),
    watchdogMs: path !== '' && isOurs && watchdogUs > 0 ? watchdogUs / 1000 : undefined,
  };
}
