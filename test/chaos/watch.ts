/**
 * Looks at the bed all the time a run lasts, and keeps agents up as a service manager would. It trusts nobody: what runs
 * is what the kernel and the engines say, when it may run is what the scheduler's API said and what was granted.
 *
 *   I1  no card is in two running containers
 *   I3  no container runs whose lease the scheduler has ended
 */
import type { LeaseView } from '../../proto/api.ts';
import type { Bed } from './bed.ts';
import { discover, runs, type Seen } from './engine-truth.ts';

/** From the scheduler's word that a lease has ended until the kernel must say so: reading both takes a moment. */
const settleMs = 2500;

/** See the head of this file. */
export class Watch {
  readonly violations: string[] = [];
  samples = 0;
  readonly #bed: Bed;
  readonly #seen = new Map<string, Seen>();
  readonly #endedAt = new Map<string, number>();
  readonly #stop = new AbortController();
  #loops: Promise<void>[] = [];

  constructor(bed: Bed) {
    this.#bed = bed;
  }

  start(): void {
    this.#loops = [
      this.#every(250, () => this.#look()),
      this.#every(1000, () => this.#askScheduler()),
      this.#every(1000, () => this.#keepUp()),
      ...this.#bed.engines.map((engine) =>
        this.#every(300, () => discover(engine.now.socketPath, this.#seen)),
      ),
    ];
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#loops);
  }

  /** Containers seen so far. */
  get containers(): number {
    return this.#seen.size;
  }

  async #every(ms: number, work: () => Promise<void> | void): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await work();
      } catch {
        // Whoever was asked is down at the moment, which is the point of the run; the next look asks again.
      }
      await new Promise((resolve) => setTimeout(resolve, ms));
    }
  }

  #look(): void {
    this.samples += 1;
    const now = performance.now();
    const holders = new Map<string, string>();
    for (const seen of this.#seen.values()) {
      if (!runs(seen)) continue;
      for (const card of seen.cards) {
        const key = `${seen.agent} ${card}`;
        const other = holders.get(key);
        if (other !== undefined) this.#violated(`I1: ${card} is in ${other} and ${seen.lease}`);
        holders.set(key, seen.lease);
      }
      const endedAt = this.#endedAt.get(seen.lease);
      if (endedAt !== undefined && now > endedAt + settleMs)
        this.#violated(`I3: ${seen.lease} ran ${Math.round(now - endedAt)} ms after its end was recorded`);
    }
  }

  async #askScheduler(): Promise<void> {
    const { body } = await this.#bed.admin.call('GET', '/v1/leases?live=false&limit=1000');
    for (const { id, state } of body.leases as LeaseView[])
      if (state === 'ended' && !this.#endedAt.has(id)) this.#endedAt.set(id, performance.now());
  }

  async #keepUp(): Promise<void> {
    for (const node of this.#bed.nodes) {
      const { child } = node.agent.process;
      if (!node.isHeldDown && (child.exitCode !== null || child.signalCode !== null))
        await this.#bed.startAgent(node);
    }
  }

  #violated(what: string): void {
    const stem = what.replace(/\d+ ms/, '');
    if (!this.violations.some((known) => known.replace(/\d+ ms/, '') === stem)) this.violations.push(what);
  }
}
