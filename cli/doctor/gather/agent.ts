/** The agent of this node, asked over its socket (edge). */
import { existsSync } from 'node:fs';
import { lockHolder } from '../../../agent/lock.ts';
import { SuanlinkError } from '../../../proto/codes.ts';
import { askAgent } from '../../agent-socket.ts';
import type { LockFacts, SocketFacts } from '../judge/agent.ts';

/** Asks it for its status. */
export async function gatherSocket(place: string, path: string): Promise<SocketFacts> {
  try {
    return { path, state: 'answers', status: await askAgent(place, 'GET', '/v1/status') };
  } catch (caught) {
    const error = SuanlinkError.from(caught);
    const code = error.cause instanceof Error && 'code' in error.cause ? error.cause.code : '';
    if (error.code === 'permission_denied') return { path, state: 'denied', why: error.message };
    if (code === 'ECONNREFUSED') return { path, state: 'stale', why: error.message };
    if (!existsSync(place)) return { path, state: 'missing', why: error.message };
    return { path, state: 'foreign', why: error.message };
  }
}

/** Who has the state directory `dir`, which users know as `path`. */
export function gatherLock(dir: string, path: string): LockFacts {
  const found = lockHolder(dir);
  return found && { ...found, path: `${path}/lock` };
}
