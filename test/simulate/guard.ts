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
    return this.#entries.some((entry) => entry.pid === pid);
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
    for (const entry of this.#entries) {
      const container = this.#engine.running().find(({ seen }) => seen.pid === entry.pid);
      if (!container) continue;
      const { id } = container.seen;
      const termMs = Number(container.spec.command[4] ?? '10');
      // It looks once a second.
      const term = (): void => {
        if (termMs >= 0)
          this.#cancels.push(this.#time.after(termMs, undefined, () => this.#engine.end(id, 143)));
      };
      this.#cancels.push(this.#time.at(trueTime(entry.termAt) + 1000, undefined, term));
      const kill = (): void => this.#engine.end(id, 137);
      this.#cancels.push(this.#time.at(trueTime(entry.killAt) + 1000, undefined, kill));
    }
  }
}
