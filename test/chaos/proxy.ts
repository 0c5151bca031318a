/** A TCP proxy between an agent and the scheduler that can cut what is open, refuse what is new, and swallow everything. */
import { connect, createServer, type Socket } from 'node:net';

/** What the proxy does. `hole`: connections stay open and nothing passes, as in a partition. */
export type ProxyMode = 'open' | 'refuse' | 'hole';

/** A running proxy. */
export class CuttingProxy {
  #mode: ProxyMode = 'open';
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  readonly #target: number;
  readonly #server = createServer((near) => this.#take(near));
  port = 0;

  constructor(target: number) {
    this.#target = target;
  }

  /** Listens on loopback. */
  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    this.port = typeof address === 'object' && address ? address.port : 0;
  }

  /** From now on. Out of a hole everything that was swallowed is lost, so its connections are cut. */
  set(mode: ProxyMode): void {
    const before = this.#mode;
    this.#mode = mode;
    if (mode === 'hole') for (const pair of this.#pairs) for (const socket of pair) socket.pause();
    else if (before === 'hole' || mode === 'refuse') this.cut();
  }

  /** Resets every open connection. */
  cut(): void {
    for (const [near, far] of this.#pairs) {
      near.resetAndDestroy();
      far.destroy();
    }
  }

  async stop(): Promise<void> {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #take(near: Socket): void {
    if (this.#mode === 'refuse') {
      near.resetAndDestroy();
      return;
    }
    const far = connect(this.#target, '127.0.0.1');
    const pair = [near, far] as const;
    this.#pairs.add(pair);
    const end = (): void => {
      near.destroy();
      far.destroy();
      this.#pairs.delete(pair);
    };
    for (const socket of pair) socket.on('error', end).on('close', end);
    near.pipe(far);
    far.pipe(near);
    if (this.#mode === 'hole') for (const socket of pair) socket.pause();
  }
}
