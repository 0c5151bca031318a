/**
 * Commits on their way to the store: what arrives in one turn of the event loop goes together, and does not wait for what
 * went before. The store takes everything that has come while it was busy into one transaction (group commit), so it is
 * never idle while there is something to write: a store that waits to be told what comes next falls into step with
 * whoever waits for its answers, and both are idle half of the time.
 *
 * An idle queue sends right after the sockets were read, so it adds no waiting. No timer is involved. After a failure
 * everything is refused; the store must see to it that what is already on its way is, too.
 */
import { SuanlinkError } from '../../proto/codes.ts';
import type { Write } from './store.ts';

interface Waiting {
  writes: readonly Write[];
  resolve: () => void;
  reject: (error: SuanlinkError) => void;
}

/** Makes the writes of a group durable, all or none, and throws (or rejects with) `SuanlinkError`. Groups are durable, or
 * refused, in the order in which they are handed over. */
export type ApplyWrites = (writes: readonly Write[]) => void | Promise<void>;

/** Commits in order, grouped. */
export class CommitQueue {
  readonly #apply: ApplyWrites;
  readonly #later: (run: () => void) => void;
  readonly #closing: (() => void)[] = [];
  #waiting: Waiting[] = [];
  readonly #underWay = new Set<Waiting[]>();
  #isAsked = false;
  #refusal: SuanlinkError | undefined;

  /** `later` runs a group after the current turn. */
  constructor(apply: ApplyWrites, later: (run: () => void) => void) {
    this.#apply = apply;
    this.#later = later;
  }

  /** See `Store`. */
  readonly commit = (writes: readonly Write[]): Promise<void> => {
    if (this.#refusal) return Promise.reject(this.#refusal);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ writes, resolve, reject });
      if (this.#isAsked) return;
      this.#isAsked = true;
      this.#later(() => this.#flush());
    });
  };

  /** Whatever waits or is under way, and all that comes, is refused with `error`. */
  fail(error: SuanlinkError): void {
    this.#refusal ??= error;
    for (const group of [...this.#underWay, this.#waiting.splice(0)]) this.#settle(group, error);
  }

  /** Resolves when nothing waits and nothing is under way; afterwards every commit is refused. */
  readonly close = async (): Promise<void> => {
    this.#flush();
    if (this.#underWay.size > 0) await new Promise<void>((resolve) => this.#closing.push(resolve));
    this.#refusal ??= new SuanlinkError('unavailable', 'the scheduler is stopping');
  };

  #flush(): void {
    this.#isAsked = false;
    if (this.#waiting.length === 0) return;
    const group = this.#waiting;
    this.#waiting = [];
    this.#underWay.add(group);
    try {
      if (this.#refusal) throw this.#refusal;
      const applied = this.#apply(group.flatMap((one) => one.writes));
      if (applied)
        applied.then(
          () => this.#settle(group, undefined),
          (caught: unknown) => this.#failed(group, caught),
        );
      else this.#settle(group, undefined);
    } catch (caught) {
      this.#failed(group, caught);
    }
  }

  #failed(group: Waiting[], caught: unknown): void {
    this.#settle(group, SuanlinkError.from(caught, 'storage_failed', "writing the scheduler's state"));
  }

  #settle(group: Waiting[], error: SuanlinkError | undefined): void {
    this.#refusal ??= error;
    this.#underWay.delete(group);
    for (const { resolve, reject } of group)
      if (error) reject(error);
      else resolve();
    if (this.#underWay.size + this.#waiting.length > 0) return;
    for (const woken of this.#closing.splice(0)) woken();
  }
}
