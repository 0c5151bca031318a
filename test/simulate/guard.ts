/** The guard of one node in virtual time: what its agents write survives them, and ends containers when it is due. */
import { type GuardEntry, readGuardText } from '../../agent/runtime/guard.ts';
import type { GuardPort } from '../../agent/runtime/guardian.ts';
import type { Clock } from '../../agent/base/clock.ts';
import type { SimEngine } from './engine.ts';
import type { SimTime } from './time.ts';

/** See the head of this file. */
export class SimGuard {
  readonly #engine: SimEngine;
  readonly #time: SimTime;
  #text = '';
  #entries: GuardEntry[] = [];
  #cancels: (() => void)[] = [];

  constructor(engine: SimEngine, time: SimTime) {
    this.#engine = engine;
    this.#time = time;
  }

  /** Whether it would end this container. */
  knows(id: string): boolean {
    const pid = this.#engine.containers.get(id)?.seen.pid;
    return this.#entries.some((entry) => (entry.pid === 0 ? entry.start === id : entry.pid === pid));
  }

  /** The machine went down: its file lay in memory. */
  reboot(): void {
    this.#put('', '', () => 0);
  }

  /** As an agent with this clock has it. */
  port(clock: Clock, bootId: string): GuardPort {
    const find = (pid: number) => this.#engine.running().find(({ seen }) => seen.pid === pid);
    return {
      head: { token: 'sim', bootId, agentPid: 1, agentStart: '1' },
      uptimeMs: () => clock.now(),
      identify: (pid) => (find(pid) ? { start: '1' } : { problem: 'there is no such process' }),
      isAlive: (pid) => find(pid) !== undefined,
      read: () => this.#text,
      write: async (text) => this.#put(text, bootId, (at) => this.#time.now + at * 10 - clock.now()),
      launch: () => {},
      problem: () => '',
      close: () => {},
    };
  }

  #put(text: string, bootId: string, trueTime: (at: number) => number): void {
    this.#text = text;
    this.#entries = readGuardText(text, bootId);
    for (const cancel of this.#cancels.splice(0)) cancel();
    for (const { pid, start, termAt, killAt } of this.#entries) {
      // It is looked for when its time has come: a container that is only about to be started has no process yet.
      const find = () =>
        this.#engine.running().find(({ seen }) => (pid === 0 ? seen.id === start : seen.pid === pid));
      const term = (): void => {
        const container = find();
        const termMs = Number(container?.spec.command[4] ?? '10');
        if (container && termMs >= 0)
          this.#cancels.push(
            this.#time.after(termMs, undefined, () => this.#engine.end(container.seen.id, 143)),
          );
      };
      const kill = (): void => this.#engine.end(find()?.seen.id ?? '', 137);
      // It looks once a second; for what an engine that hangs may start late, again and again.
      const looks = pid === 0 ? 60 : 0;
      for (let n = 1; n <= looks; n += 1)
        this.#cancels.push(this.#time.at(trueTime(killAt) + 1000 + n * 1000, undefined, kill));
      this.#cancels.push(this.#time.at(trueTime(termAt) + 1000, undefined, term));
      this.#cancels.push(this.#time.at(trueTime(killAt) + 1000, undefined, kill));
    }
  }
}
