/** Waits for a container's end, and brings it about (edge). */
import { setTimeout as sleep } from 'node:timers/promises';
import { SuanlinkError } from '../../../proto/codes.ts';
import type { ObservedContainer } from '../runtime.ts';
import type { Connection } from './connection.ts';
import { engineError } from './http.ts';

/**
 * The exit state, once it is final; `created` for a container that a reboot has reset. Asks first, since most callers come
 * when the container has just ended; then lets the engine say when. `not_found` when the container is gone,
 * `engine_unavailable` when the engine goes away; rejects with the signal's reason.
 */
export async function waitForExit(
  connection: Connection,
  id: string,
  signal: AbortSignal,
): Promise<ObservedContainer> {
  for (;;) {
    signal.throwIfAborted();
    const { observed, over = false } = (await connection.inspect(id)) ?? {};
    if (!observed) throw new SuanlinkError('not_found', `there is no container ${id} of ours`);
    if (over) return observed;
    const { dialect } = await connection.facts();
    const path = dialect.wait(id, observed.state !== 'created');
    const answer = await connection.http.send('POST', path, { signal, lasting: true, silenceMs: 0 });
    if (answer.status !== 200 && answer.status !== 404)
      throw engineError(answer, `waiting for container ${id}`);
  }
}

/** SIGTERM, after `graceMs` SIGKILL; resolves when the container does not run. A container that is gone is fine. */
export async function stopContainer(connection: Connection, id: string, graceMs: number): Promise<void> {
  if (graceMs > 0 && !(await sendSignal(connection, id, 'SIGTERM'))) return;
  if (graceMs > 0 && (await endedWithin(connection, id, graceMs))) return;
  if (!(await sendSignal(connection, id, 'SIGKILL'))) return;
  await endedWithin(connection, id, killedMs);
}

/** Removes a container with its anonymous volumes, killing it if it runs. A container that is gone is fine. */
export async function removeContainer(connection: Connection, id: string): Promise<void> {
  const { api } = await connection.facts();
  const path = `${api}/containers/${id}?force=true&v=true`;
  // Podman may still be cleaning up behind the end; then it refuses for a moment.
  for (let tries = 0; ; tries++) {
    const answer = await connection.http.send('DELETE', path);
    if (answer.status === 204 || answer.status === 200 || answer.status === 404) return;
    if (tries === 5) throw engineError(answer, `removing container ${id}`);
    await sleep(50 * 2 ** tries);
  }
}

/** A killed container that has not ended after this long is held by the kernel (a device, a dead network mount). */
const killedMs = 30_000;

/** False when there was nothing to signal. */
async function sendSignal(connection: Connection, id: string, name: string): Promise<boolean> {
  const { api } = await connection.facts();
  // A container that is just ending refuses signals and is still called running for some milliseconds.
  for (let tries = 0; ; tries++) {
    const answer = await connection.http.send('POST', `${api}/containers/${id}/kill?signal=${name}`);
    if (answer.status === 204 || answer.status === 200) return true;
    if (answer.status === 404) return false;
    const observed = (await connection.inspect(id))?.observed;
    if (observed?.state !== 'running') return false;
    if (tries === 4) throw engineError(answer, `sending ${name} to container ${id}`);
    await sleep(10 * 2 ** tries);
  }
}

async function endedWithin(connection: Connection, id: string, ms: number): Promise<boolean> {
  const limit = new AbortController();
  const cancel = connection.clock.at(connection.clock.now() + ms, () => limit.abort());
  try {
    await waitForExit(connection, id, limit.signal);
    return true;
  } catch (caught) {
    if (limit.signal.aborted) return false;
    if (caught instanceof SuanlinkError && caught.code === 'not_found') return true;
    throw caught;
  } finally {
    cancel();
  }
}
