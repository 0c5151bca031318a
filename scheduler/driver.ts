/**
 * The only place that knows the order: persist, then send, then act.
 *
 * HOW IT WORKS. A command is applied to the pool at once. Its effects wait until its writes, and those of every command
 * before it, are durable; then they are released in order. A turn that nobody waits for (`lazy`) waits a moment for
 * another commit to ride with. One timer stands for the pool's earliest deadline.
 *
 * GROUND RULES
 * - No effect leaves before what it rests on is durable.
 * - When a commit fails (or a defect shows) the driver stops for good: memory is ahead of the disk then, and nothing more
 *   may be promised. Whoever waits gets the error; `onFatal` ends the process, and the next one starts from the disk.
 */
import { SuanlinkError } from '../proto/codes.ts';
import type { JobId } from '../proto/ids.ts';
import type { Pool } from './pool.ts';
import type { Command, Effect, Turn } from './pool/commands.ts';
import type { Clock, Random } from './ports.ts';
import type { Store } from './store/store.ts';

/** How long a lazy turn waits for company, in ms; acknowledgements are promised within 50. */
const lazyMs = 25;

/** What the driver works with; handed over by `system.ts`. */
export interface DriverParts {
  pool: Pool;
  store: Store;
  clock: Clock;
  random: Random;
  /** Carries out one effect; must not throw. */
  release(effect: Effect): void;
  /** A commit has failed; called once. */
  onFatal(error: SuanlinkError): void;
}

interface Waiting {
  readonly turn: Turn;
  readonly done?: (turn: Turn) => void;
  readonly failed?: (error: SuanlinkError) => void;
  isDurable: boolean;
}

/** Runs commands; see the head of this file. */
export class Driver {
  readonly #parts: DriverParts;
  /** Turns whose effects are not released yet, in order. */
  #line: Waiting[] = [];
  #lazy: Waiting[] = [];
  readonly #settling = new Set<JobId>();
  #cancelLazy: (() => void) | undefined;
  #cancelTick: (() => void) | undefined;
  #tickAt = Number.POSITIVE_INFINITY;
  #fatal: SuanlinkError | undefined;
  #lastCommit: Promise<void> = Promise.resolve();

  constructor(parts: DriverParts) {
    this.#parts = parts;
  }

  /** Applies a command; resolves when it is durable, rejects when it is refused or the store has failed. */
  run(command: Command): Promise<Turn> {
    const { promise, resolve, reject } = Promise.withResolvers<Turn>();
    try {
      this.#enter({ turn: this.#apply(command), done: resolve, failed: reject, isDurable: false });
    } catch (caught) {
      reject(SuanlinkError.from(caught));
    }
    this.#schedule();
    return promise;
  }

  /** The same for commands whose outcome nobody waits for: a refusal goes to `refused`. */
  post(command: Command, refused?: (error: SuanlinkError) => void): void {
    try {
      this.#enter({ turn: this.#apply(command), isDurable: false });
    } catch (caught) {
      refused?.(SuanlinkError.from(caught));
    }
    this.#schedule();
  }

  /** Whether the end of a job is decided but not yet durable. */
  isSettling(id: JobId): boolean {
    return this.#settling.has(id);
  }

  /** Starts the timer. */
  start(): void {
    this.#schedule();
  }

  /** Stops the timer and commits what is lazy; resolves when all is durable. */
  async stop(): Promise<void> {
    this.#commitLazy();
    await this.#lastCommit;
    this.#fatal ??= new SuanlinkError('unavailable', 'the scheduler is stopping');
    this.#cancelTick?.();
    this.#cancelLazy?.();
  }

  #apply(command: Command): Turn {
    if (this.#fatal) throw this.#fatal;
    const { pool, clock, random } = this.#parts;
    try {
      return pool.apply(command, { now: clock.now(), wall: Math.round(clock.wall()), random });
    } catch (caught) {
      // A refusal has changed nothing. Anything else is a defect that may have left memory half changed.
      if (!(caught instanceof SuanlinkError))
        this.#fail(SuanlinkError.from(caught, 'internal', `applying ${command.kind}`));
      throw caught;
    }
  }

  #enter(waiting: Waiting): void {
    const { turn } = waiting;
    for (const effect of turn.effects)
      if (effect.kind === 'job' && effect.ended) this.#settling.add(effect.jobId);
    if (turn.writes.length === 0) {
      // What it says may rest on what is not durable yet: it waits its turn, behind those before it.
      waiting.isDurable = true;
      this.#line.push(waiting);
      this.#releaseReady();
    } else if (turn.lazy) {
      const { clock } = this.#parts;
      this.#lazy.push(waiting);
      this.#cancelLazy ??= clock.at(clock.now() + lazyMs, () => this.#commitLazy());
    } else {
      this.#commit([...this.#takeLazy(), waiting]);
    }
  }

  #takeLazy(): Waiting[] {
    const group = this.#lazy;
    this.#lazy = [];
    this.#cancelLazy?.();
    this.#cancelLazy = undefined;
    return group;
  }

  #commitLazy(): void {
    const group = this.#takeLazy();
    if (group.length > 0) this.#commit(group);
  }

  #commit(group: Waiting[]): void {
    this.#line.push(...group);
    this.#lastCommit = this.#parts.store.commit(group.flatMap(({ turn }) => turn.writes)).then(
      () => {
        if (this.#fatal) return;
        for (const waiting of group) waiting.isDurable = true;
        this.#releaseReady();
      },
      (caught: unknown) => this.#fail(SuanlinkError.from(caught, 'storage_failed', 'committing')),
    );
  }

  #releaseReady(): void {
    const blocked = this.#line.findIndex((waiting) => !waiting.isDurable);
    const ready = this.#line.splice(0, blocked === -1 ? this.#line.length : blocked);
    for (const { turn, done } of ready) {
      for (const effect of turn.effects) {
        if (effect.kind === 'job' && effect.ended) this.#settling.delete(effect.jobId);
        this.#parts.release(effect);
      }
      done?.(turn);
    }
  }

  #fail(error: SuanlinkError): void {
    if (this.#fatal) return;
    this.#fatal = error;
    this.#cancelTick?.();
    const waiting = [...this.#line, ...this.#takeLazy()];
    this.#line = [];
    for (const { failed } of waiting) failed?.(error);
    this.#parts.onFatal(error);
  }

  #schedule(): void {
    if (this.#fatal) return;
    const next = this.#parts.pool.nextDeadline();
    if (next === this.#tickAt) return;
    this.#cancelTick?.();
    this.#cancelTick = undefined;
    this.#tickAt = next;
    if (next === Number.POSITIVE_INFINITY) return;
    this.#cancelTick = this.#parts.clock.at(next, () => {
      this.#tickAt = Number.POSITIVE_INFINITY;
      this.post({ kind: 'tick' });
    });
  }
}
