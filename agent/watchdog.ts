/**
 * Tells the service manager that the agent is well, and only then (edge): the control socket has answered a whole status
 * document in time, which takes the event loop and every stage, and no probe that says it sees cards has stood still.
 * A scheduler that cannot be reached is no reason: nothing here looks at the link.
 */
import { request } from 'node:http';
import type { StatusSnapshot } from '../proto/status.ts';
import type { Clock } from './base/clock.ts';
import type { Log } from './base/log.ts';

/** How long the socket may take to answer. */
const answerMs = 5_000;

/** Samples older than this of a vendor that is there: the loop that takes them has stopped. */
const stillMs = 600_000;

/** Why a status shows an agent that is not well; undefined when it is. Pure. */
export function unwell(status: Pick<StatusSnapshot, 'probes'>): string | undefined {
  const still = status.probes.find(
    ({ status: state, sampled_age_ms: age }) => state === 'present' && age !== null && age > stillMs,
  );
  return still && `${still.vendor} was last sampled ${Math.round((still.sampled_age_ms ?? 0) / 1000)} s ago`;
}

function ask(socketPath: string): Promise<StatusSnapshot> {
  const { promise, resolve, reject } = Promise.withResolvers<StatusSnapshot>();
  const asking = request(
    { socketPath, path: '/v1/status', signal: AbortSignal.timeout(answerMs) },
    (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      answer.on('error', reject).on('end', () => {
        try {
          resolve(JSON.parse(text) as StatusSnapshot);
        } catch (caught) {
          reject(caught instanceof Error ? caught : new Error('no JSON'));
        }
      });
    },
  );
  asking.on('error', reject).end();
  return promise;
}

/** Calls `alive` three times within `watchdogMs` as long as all is well; the result ends that. */
export function watch(parts: {
  socket: string;
  watchdogMs: number;
  alive: () => void;
  clock: Clock;
  log: Log;
}): () => void {
  const { socket, watchdogMs, alive, clock, log } = parts;
  let cancel = (): void => {};
  const look = async (): Promise<void> => {
    try {
      const problem = unwell(await ask(socket));
      if (problem === undefined) alive();
      else log.error('not_well', { problem });
    } catch (error) {
      log.error('not_well', { problem: 'the control socket does not answer', error });
    }
  };
  const tick = (): void => {
    cancel = clock.at(clock.now() + watchdogMs / 3, tick);
    void look();
  };
  tick();
  return () => cancel();
}
