/**
 * What the agent leaves beside its socket (edge): its last status and what has happened lately, for the terminal view to
 * show while no agent runs, and for the next agent to go on from. In a run-time folder, so it is gone after a reboot, as
 * what it speaks of is.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { LastDocument, RecentDocument } from '../../proto/status.ts';
import type { Log } from '../base/log.ts';
import type { LocalPort, LocalServer } from './server.ts';

/** How often it is written. */
const everyMs = 10_000;

/** The file that belongs to a control socket. */
function lastPath(socket: string): string {
  return `${socket.replace(/\.sock$/, '')}.last.json`;
}

/** What an earlier agent has left; undefined when there is none that can be read. */
export function readRecent(socket: string): RecentDocument | undefined {
  try {
    const { schema, recent } = JSON.parse(readFileSync(lastPath(socket), 'utf8')) as LastDocument;
    return schema === 'suanlink.last/v1' ? recent : undefined;
  } catch {
    return undefined; // The first start on this boot, or cut off in the middle: there is nothing to go on from.
  }
}

/** Writes it from time to time, and once more when `server` closes. */
export function keepLast(socket: string, port: LocalPort, server: LocalServer, log: Log): LocalServer {
  const path = lastPath(socket);
  let failing = false;
  const write = (): void => {
    const last: LastDocument = { schema: 'suanlink.last/v1', status: port.status(), recent: port.recent() };
    try {
      writeFileSync(`${path}.new`, JSON.stringify(last), { mode: 0o640 });
      renameSync(`${path}.new`, path);
      failing = false;
    } catch (error) {
      if (!failing) log.warn('last_status_not_written', { path, error });
      failing = true;
    }
  };
  const timer = setInterval(write, everyMs);
  return {
    changed: () => server.changed(),
    async close() {
      clearInterval(timer);
      write();
      await server.close();
    },
  };
}
