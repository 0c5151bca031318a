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

/** What the driver needs of the rest; handed over by `system.ts`. */
export interface DriverPorts {
  /** Carries out one effect; must not throw. */
  release(effect: Effect): void;
  /** A commit has failed; called once. */
  onFatal(error: SuanlinkError): void;
}

/** Runs commands. */
export interface Driver {
  /** Applies a command; resolves when it is durable, rejects when it is refused or the store has failed. */
  run(command: Command): Promise<Turn>;
  /** The same for commands whose outcome nobody waits for: refusals go to `refused`. */
  post(command: Command, refused?: (error: SuanlinkError) => void): void;
  /** Whether the end of a job is decided but not yet durable. */
  isSettling(id: JobId): boolean;
  /** Starts the timer. */
  start(): void;
  /** Commits what is lazy; resolves when all is durable. */
  stop(): Promise<void>;
}

interface Waiting {
  turn: Turn;
  durable: boolean;
  done: ((turn: Turn) => void) | undefined;
  failed: ((error: SuanlinkError) => void) | undefined;
}

/** A driver of `pool` over `store`. */
export function createDriver(
  pool: Pool,
  store: Store,
  clock: Clock,
  random: Random,
  ports: DriverPorts,
): Driver {
  const line: Waiting[] = [];
  const settling = new Set<JobId>();
  let lazy: Waiting[] = [];
  let cancelLazy: (() => void) | undefined;
  let cancelTick: (() => void) | undefined;
  let tickAt = Number.POSITIVE_INFINITY;
  let fatal: SuanlinkError | undefined;
  let last: Promise<void> = Promise.resolve();

  function releaseReady(): void {
    let count = 0;
    for (const waiting of line) {
      if (!waiting.durable) break;
      count += 1;
    }
    for (const { turn, done } of line.splice(0, count)) {
      for (const effect of turn.effects) {
        if (effect.kind === 'job' && effect.ended) settling.delete(effect.jobId);
        ports.release(effect);
      }
      done?.(turn);
    }
  }

  function fail(error: SuanlinkError): void {
    if (fatal) return;
    fatal = error;
    cancelTick?.();
    cancelLazy?.();
    for (const { failed } of [...line.splice(0), ...lazy]) failed?.(error);
    lazy = [];
    ports.onFatal(error);
  }

  function commit(group: Waiting[]): void {
    line.push(...group);
    last = store.commit(group.flatMap(({ turn }) => turn.writes)).then(
      () => {
        if (fatal) return;
        for (const waiting of group) waiting.durable = true;
        releaseReady();
      },
      (caught: unknown) => fail(SuanlinkError.from(caught, 'storage_failed', 'committing')),
    );
  }

  function commitLazy(): void {
    const group = lazy;
    lazy = [];
    cancelLazy?.();
    cancelLazy = undefined;
    if (group.length > 0) commit(group);
  }

  function enter(waiting: Waiting): void {
    const { turn } = waiting;
    for (const effect of turn.effects) if (effect.kind === 'job' && effect.ended) settling.add(effect.jobId);
    if (turn.writes.length === 0) {
      // What it says may rest on what is not durable yet: it waits its turn, behind those before it.
      waiting.durable = true;
      line.push(waiting);
      releaseReady();
    } else if (turn.lazy) {
      lazy.push(waiting);
      cancelLazy ??= clock.at(clock.now() + lazyMs, commitLazy);
    } else {
      const company = lazy;
      lazy = [];
      cancelLazy?.();
      cancelLazy = undefined;
      commit([...company, waiting]);
    }
  }

  function schedule(): void {
    const next = pool.nextDeadline();
    if (next === tickAt && cancelTick) return;
    cancelTick?.();
    cancelTick = undefined;
    tickAt = next;
    if (next === Number.POSITIVE_INFINITY || fatal) return;
    cancelTick = clock.at(next, () => {
      cancelTick = undefined;
      post({ kind: 'tick' });
    });
  }

  function apply(command: Command): Turn {
    if (fatal) throw fatal;
    try {
      return pool.apply(command, { now: clock.now(), wall: Math.round(clock.wall()), random });
    } catch (caught) {
      // A refusal has changed nothing. Anything else is a defect that may have left memory half changed.
      if (!(caught instanceof SuanlinkError))
        fail(SuanlinkError.from(caught, 'internal', `applying ${command.kind}`));
      throw caught;
    }
  }

  function run(command: Command): Promise<Turn> {
    return new Promise((resolve, reject) => {
      const turn = apply(command);
      enter({ turn, durable: false, done: resolve, failed: reject });
      schedule();
    });
  }

  function post(command: Command, refused?: (error: SuanlinkError) => void): void {
    try {
      enter({ turn: apply(command), durable: false, done: undefined, failed: undefined });
    } catch (caught) {
      refused?.(SuanlinkError.from(caught));
    }
    schedule();
  }

  return {
    run,
    post,
    isSettling: (id) => settling.has(id),
    start: schedule,
    async stop() {
      cancelTick?.();
      commitLazy();
      await last;
    },
  };
}
