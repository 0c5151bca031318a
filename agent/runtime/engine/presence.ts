/**
 * Knows whether an engine process is still the one it was (edge).
 *
 * Problem: an attach connection ends in the same way when the container has ended and when the engine was killed, and a
 * restarted engine then says "exited" of a container whose last output we never got. How it works: one idle
 * connection, kept open, dies exactly with the engine process. Its death starts a new term; whoever noted the term at
 * the attach compares it after having asked the engine for the state, which a new process can answer only after the
 * old one's connections have closed.
 */
import { Agent, request } from 'node:http';
import type { Socket } from 'node:net';

/** See the head of this file. */
export class Presence {
  readonly #socketPath: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  #watched: Socket | undefined;
  #term = 0;

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  /** The present term, after making sure that its end will be noticed. Rejects when the engine does not answer. */
  async term(): Promise<number> {
    if (!this.#watched) await this.#open();
    return this.#term;
  }

  /** Whether the engine process of that term still runs. */
  same(term: number): boolean {
    return this.#watched !== undefined && this.#term === term;
  }

  /** Hangs up. */
  close(): void {
    this.#agent.destroy();
  }

  #open(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const outgoing = request({
      socketPath: this.#socketPath,
      path: '/_ping',
      agent: this.#agent,
      timeout: 30_000,
      headers: { host: 'engine' },
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error('silent')));
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      this.#watch(incoming.socket);
      incoming.resume();
      incoming.on('end', resolve);
      incoming.on('error', reject);
    });
    outgoing.end();
    return promise;
  }

  #watch(socket: Socket): void {
    if (this.#watched === socket) return;
    this.#watched = socket;
    socket.setTimeout(0);
    socket.once('close', () => {
      if (this.#watched !== socket) return;
      this.#watched = undefined;
      this.#term++;
    });
  }
}
