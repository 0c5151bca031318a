/** A fleet of simulated agents: the real agent's link on real WebSockets, spread over processes. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Order as BareOrder } from './bare.ts';
import type { Count, Order } from './load.ts';

/** How many. */
export const processes = 2;
const mostReconnectMs = 180_000;

/** Waits. */
export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** One order to a process, and its answer. */
export function ask<Answer>(child: ChildProcess, order: Order | BareOrder): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const died = (code: number | null): void =>
      reject(new Error(`a process of the fleet ended with ${code}`));
    child.once('exit', died);
    child.once('message', (answer) => {
      child.off('exit', died);
      resolve(answer as Answer);
    });
    child.send(order);
  });
}

/** A program of a fleet's. */
export const script = (file: string): string => join(import.meta.dirname, file);

/** How a fleet came to its sessions. */
interface Return {
  ms: number;
  /** Tries, those that nobody answered among them. */
  dials: number;
  /** Connections that the scheduler took, by second. */
  opened: number[];
}

/** The agents, spread over processes. */
export class Fleet {
  readonly #children: ChildProcess[];
  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
    this.#children = Array.from({ length: processes }, () => fork(script('load.ts'), { execArgv: [] }));
  }

  async begin(port: number, rampMs: number): Promise<void> {
    const share = Math.ceil(this.#size / processes);
    await Promise.all(
      this.#children.map((child, i) => {
        const [from, to] = [i * share, Math.min(this.#size, (i + 1) * share)];
        const localAddress = `127.0.0.${i + 2}`;
        return ask<Count>(child, { kind: 'begin', port, from, to, rampMs, localAddress });
      }),
    );
  }

  async count(): Promise<Count> {
    const sum: Count = { ready: 0, refused: 0, dials: 0, opened: 0, lost: 0, answered: 0 };
    for (const one of await Promise.all(this.#children.map((child) => ask<Count>(child, { kind: 'count' }))))
      for (const key of Object.keys(sum) as (keyof Count)[]) sum[key] += one[key];
    return sum;
  }

  /** Waits until all have a session. */
  async allReady(signal: AbortSignal): Promise<Return> {
    const began = performance.now();
    const found: Return = { ms: 0, dials: 0, opened: [] };
    for (let tick = 0; ; tick += 1) {
      const { ready, dials, opened, refused } = await this.count();
      found.dials += dials;
      found.ms = performance.now() - began;
      const second = Math.floor(found.ms / 1000);
      found.opened[second] = (found.opened[second] ?? 0) + opened;
      if (ready === this.#size) return found;
      signal.throwIfAborted();
      if (found.ms > mostReconnectMs)
        throw new Error(`${ready} of ${this.#size} have a session, ${refused} are refused`);
      await wait(Math.max(0, (tick + 1) * 100 - found.ms));
    }
  }

  close(): void {
    for (const child of this.#children) child.kill('SIGKILL');
  }
}
