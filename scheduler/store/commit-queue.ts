/**
 * Group commit: everything that arrives in one turn of the event loop, and while a commit is under way, becomes one
 * transaction.
 *
 * An idle queue begins right after the sockets were read, so it adds no waiting; a busy one clocks itself, because what
 * arrives meanwhile goes together afterwards. No timer is involved. After a failure everything is refused.
 */
import { SuanlinkError } from '../../proto/codes.ts';
import type { Write } from './store.ts';

interface Waiting {
  writes: readonly Write[];
  resolve: () => void;
  reject: (error: SuanlinkError) => void;
}

/** Makes the writes of a group durable, all or none, and throws (or rejects with) `SuanlinkError`. */
export type ApplyWrites = (writes: readonly Write[]) => void | Promise<void>;

/** Commits in order, grouped. */
export class CommitQueue {
  readonly #apply: ApplyWrites;
  readonly #later: (run: () => void) => void;
  readonly #closing: (() => void)[] = [];
  #waiting: Waiting[] = [];
  #underWay: Waiting[] = [];
  #isAsked = false;
  #refusal: SuanlinkError | undefined;

  /** Each group waits for the one before; `later` runs the first group after the current turn. */
  constructor(apply: ApplyWrites, later: (run: () => void) => void) {
    this.#apply = apply;
    this.#later = later;
  }

  /** See `Store`. */
  readonly commit = (writes: readonly Write[]): Promise<void> => {
    if (this.#refusal) return Promise.reject(this.#refusal);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ writes, resolve, reject });
      if (this.#isAsked || this.#underWay.length > 0) return;
      this.#isAsked = true;
      this.#later(() => this.#flush());
    });
  };

  /** Whatever waits or is under way, and all that comes, is refused with `error`. */
  fail(error: SuanlinkError): void {
    this.#refusal ??= error;
    const all = [...this.#underWay, ...this.#waiting];
    this.#underWay = [];
    this.#waiting = [];
    for (const { reject } of all) reject(error);
    for (const woken of this.#closing.splice(0)) woken();
  }

  /** Resolves when nothing waits and nothing is under way; afterwards every commit is refused. */
  readonly close = async (): Promise<void> => {
    this.#flush();
    if (this.#underWay.length > 0) await new Promise<void>((resolve) => this.#closing.push(resolve));
    this.#refusal ??= new SuanlinkError('unavailable', 'the scheduler is stopping');
  };

  #flush(): void {
    this.#isAsked = false;
    if (this.#underWay.length > 0 || this.#waiting.length === 0) return;
    this.#underWay = this.#waiting;
    this.#waiting = [];
    try {
      if (this.#refusal) throw this.#refusal;
      const applied = this.#apply(this.#underWay.flatMap((one) => one.writes));
      if (applied)
        applied.then(
          () => this.#settle(undefined),
          (caught: unknown) => this.#failed(caught),
        );
      else this.#settle(undefined);
    } catch (caught) {
      this.#failed(caught);
    }
  }

  #failed(caught: unknown): void {
    this.#settle(SuanlinkError.from(caught, 'storage_failed', "writing the scheduler's state"));
  }

  #settle(error: SuanlinkError | undefined): void {
    this.#refusal ??= error;
    const group = this.#underWay;
    this.#underWay = [];
    for (const { resolve, reject } of group)
      if (error) reject(error);
      else resolve();
    if (this.#waiting.length > 0) this.#flush();
    else for (const woken of this.#closing.splice(0)) woken();
  }
}
