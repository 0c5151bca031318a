/**
 * Keeps the containers what the leases say (edge): for every lease, look, plan the next step, execute it, feed the
 * resulting event into the lease machine, and look again.
 *
 * How it works. One loop per lease, so that a slow pull of one delays no other; loops of one lease never overlap. What
 * the engine holds is known from the listing at the start, from the results of our own steps, and from a listing every
 * `relistMs`; engine events only bring the next listing forward. A step that fails because the engine does not answer
 * changes nothing: the loop waits and tries again, for "the engine is silent" is never "the container exited".
 *
 * What happens on a crash: nothing here is stored. The next process lists the containers, finds ours by label, and
 * plans from the journal and that listing. A container of ours that no lease knows is quarantined: reported and left
 * alone until the scheduler has said that it has no such lease (`disown`). One whose labels cannot be read is only
 * reported.
 */
import { SuanlinkError } from '../../proto/codes.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { LeaseKey } from '../../proto/lease.ts';
import { leaseName } from '../lease/journal.ts';
import type { Lease } from '../lease/lease.ts';
import { type LeaseEventIn, nextTick } from '../lease/machine.ts';
import { type Observed, planLease, type Step } from '../lease/plan.ts';
import { type ExecuteContext, executors, type Follow } from './execute.ts';
import type { ObservedContainer, Runtime } from './runtime.ts';

/** How often the engine is listed when nothing happens. */
const relistMs = 15_000;
/** Pause before a step is tried again that the engine did not answer. */
const retryMs = 1_000;

/** Grace of a container that the scheduler disowns. */
const strayGraceMs = 10_000;

/** What the loop needs of the lease stage; handed over by `system.ts`. */
export interface LeasePort {
  leases(): Lease[];
  lease(name: string): Lease | undefined;
  acknowledged(lease: Lease): boolean;
  apply(lease: Lease, event: LeaseEventIn): Promise<void>;
  forget(lease: Lease): Promise<void>;
}

/** What `system.ts` gives; the rest is the loop's own. */
type GivenContext = Omit<
  ExecuteContext,
  'follow' | 'signal' | 'abandonFollow' | 'tell' | 'waiting' | 'current'
>;

/** The loop of one lease. */
interface Loop {
  observed: Observed;
  /** Grows with every change of `observed`: a listing that began before the last one is older than it. */
  version: number;
  running: boolean;
  again: boolean;
  stopSent: boolean;
  follow: Follow | undefined;
  abort: AbortController;
  waiting: string;
  cancelRetry: () => void;
}

/** See the head of this file. */
export class Reconciler {
  readonly #runtime: Runtime;
  readonly #leases: LeasePort;
  readonly #context: GivenContext;
  readonly #agent: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #loops = new Map<string, Loop>();
  readonly #quarantined = new Map<string, ObservedContainer>();
  /** Ids of containers whose labels cannot be read. */
  #unreadable: string[] = [];
  readonly #stop = new AbortController();
  #cancelRelist: () => void = () => {};
  #engineProblem = '';

  constructor(parts: {
    runtime: Runtime;
    leases: LeasePort;
    context: GivenContext;
    agent: string;
    clock: Clock;
    log: Log;
  }) {
    this.#runtime = parts.runtime;
    this.#leases = parts.leases;
    this.#context = parts.context;
    this.#agent = parts.agent;
    this.#clock = parts.clock;
    this.#log = parts.log;
  }

  /** Lists the engine, takes up what is ours, and keeps going until `close`. */
  async start(): Promise<void> {
    await this.#relist();
    this.#watchEvents().catch((error: unknown) => this.#log.error('engine_events_ended', { error }));
  }

  /** Looks at one lease again, now. */
  wake(name: string): void {
    if (this.#stop.signal.aborted) return;
    const lease = this.#leases.lease(name);
    const loop = this.#loops.get(name) ?? (lease ? this.#open(name) : undefined);
    if (!loop) return;
    if (!lease || lease.state === 'stopping') loop.abort.abort();
    loop.again = true;
    if (!loop.running)
      this.#run(name, loop).catch((error: unknown) => this.#log.error('lease_loop_failed', { name, error }));
  }

  /** What a lease is waiting for, for the status. */
  waiting(name: string): string {
    return this.#loops.get(name)?.waiting ?? '';
  }

  /** Containers with our label that no lease knows. */
  get quarantine(): ObservedContainer[] {
    return [...this.#quarantined.values()];
  }

  /** Names, or ids, of all containers with our label that nobody here looks after. */
  get quarantined(): string[] {
    return [...this.quarantine.map(({ name }) => name), ...this.#unreadable];
  }

  /** The scheduler has no live lease of that id and epoch: its quarantined container is taken away. */
  async disown(key: LeaseKey): Promise<void> {
    const name = leaseName(key);
    const container = this.#quarantined.get(name);
    if (!container || this.#leases.lease(name) || this.#loops.has(name)) return;
    this.#quarantined.delete(name);
    this.#log.warn('stray_removed', { container: container.name, lease: key.leaseId, epoch: key.epoch });
    await this.#runtime.stop(container.id, strayGraceMs);
    await this.#runtime.remove(container.id);
    await this.#context.accountant.forget(key);
  }

  /** Why the engine does not answer; '' when it does. */
  get engineProblem(): string {
    return this.#engineProblem;
  }

  /** Ends all loops; containers run on. */
  close(): void {
    this.#stop.abort();
    this.#cancelRelist();
    for (const loop of this.#loops.values()) {
      loop.abort.abort();
      loop.cancelRetry();
      loop.follow?.abort.abort();
    }
  }

  #open(name: string): Loop {
    const loop: Loop = {
      observed: { container: 'none' },
      version: 0,
      running: false,
      again: false,
      stopSent: false,
      follow: undefined,
      abort: new AbortController(),
      waiting: '',
      cancelRetry: () => {},
    };
    this.#loops.set(name, loop);
    return loop;
  }

  async #run(name: string, loop: Loop): Promise<void> {
    loop.running = true;
    try {
      while (loop.again && !this.#stop.signal.aborted) {
        loop.again = false;
        const lease = this.#leases.lease(name);
        if (!lease) {
          this.#loops.delete(name);
          return;
        }
        const step = planLease(lease, loop.observed, {
          followed: loop.follow !== undefined,
          acknowledged: this.#leases.acknowledged(lease),
          stopSent: loop.stopSent,
          runOut: this.#clock.now() >= nextTick(lease),
        });
        loop.waiting = step.kind === 'wait' ? step.reason : step.kind;
        if (step.kind !== 'wait') await this.#execute(lease, step, loop);
      }
    } finally {
      loop.running = false;
    }
  }

  async #execute(lease: Lease, step: Exclude<Step, { kind: 'wait' }>, loop: Loop): Promise<void> {
    try {
      if (step.kind === 'forget') {
        await this.#leases.forget(lease);
        loop.again = true;
        return;
      }
      if (step.kind === 'stop') loop.stopSent = true;
      if (lease.state !== 'stopping' && loop.abort.signal.aborted) loop.abort = new AbortController();
      const context: ExecuteContext = {
        ...this.#context,
        signal: loop.abort.signal,
        waiting: (what) => {
          loop.waiting = what;
        },
        tell: (key, event) => this.#leases.apply(key, event),
        follow: (follow) => this.#follow(lease, loop, follow),
        abandonFollow: () => loop.follow?.abort.abort(),
        current: (of) => this.#leases.lease(leaseName(of)),
      };
      const result = await executors[step.kind](lease, step as never, context);
      this.#engineProblem = '';
      if (result.observed) see(loop, result.observed);
      if (result.event) await this.#leases.apply(lease, result.event);
      loop.again = true;
    } catch (caught) {
      this.#retry(lease, step, loop, SuanlinkError.from(caught, 'engine_error', `step ${step.kind}`));
    }
  }

  #retry(lease: Lease, step: Step, loop: Loop, error: SuanlinkError): void {
    if (this.#stop.signal.aborted) return;
    if (error.code === 'engine_unavailable') this.#engineProblem = error.message;
    loop.stopSent = false;
    loop.waiting = `${step.kind}: ${error.message}`;
    this.#log.warn('step_failed', { lease: lease.leaseId, step: step.kind, error });
    loop.cancelRetry();
    loop.cancelRetry = this.#clock.at(this.#clock.now() + retryMs, () => {
      this.#look(lease, loop).catch((cause: unknown) =>
        this.#retry(lease, step, loop, SuanlinkError.from(cause, 'engine_error', 'listing')),
      );
    });
  }

  /** Looks at one lease's container itself, then wakes the loop: after a failure, what we believed may be wrong. */
  async #look(lease: Lease, loop: Loop): Promise<void> {
    const { version } = loop;
    const { known } = await this.#runtime.list(this.#agent);
    this.#engineProblem = '';
    const own = known.find((container) => nameOf(container) === leaseName(lease));
    if (loop.version === version) see(loop, observedOf(own));
    this.wake(leaseName(lease));
  }

  /** Watches a followed container to its end, then feeds the event in. */
  #follow(lease: Lease, loop: Loop, follow: Follow): void {
    loop.follow = follow;
    follow.done
      .then(async ({ event, observed }) => {
        loop.follow = undefined;
        if (observed) see(loop, observed);
        if (event) await this.#leases.apply(lease, event);
        this.wake(leaseName(lease));
      })
      .catch((caught: unknown) => {
        loop.follow = undefined;
        this.#retry(
          lease,
          { kind: 'wait', reason: 'exit' },
          loop,
          SuanlinkError.from(caught, 'engine_error', 'following the container'),
        );
      });
  }

  async #relist(): Promise<void> {
    this.#cancelRelist();
    try {
      const versions = new Map([...this.#loops].map(([name, loop]) => [name, loop.version]));
      const { known, unknown } = await this.#runtime.list(this.#agent);
      this.#engineProblem = '';
      this.#unreadable = unknown;
      this.#compare(known, versions);
    } catch (caught) {
      this.#engineProblem = SuanlinkError.from(caught, 'engine_error', 'listing containers').message;
      this.#log.warn('engine_list_failed', { problem: this.#engineProblem });
    }
    if (!this.#stop.signal.aborted) {
      this.#cancelRelist = this.#clock.at(this.#clock.now() + relistMs, () => {
        this.#relist().catch((error: unknown) => this.#log.error('relist_failed', { error }));
      });
    }
  }

  /** Three-way: journal, engine, and what our loops believe. What a step has found out since the listing began
   * (`versions`: what the loops were then) is newer than the listing. */
  #compare(known: ObservedContainer[], versions: ReadonlyMap<string, number>): void {
    const byName = new Map(known.map((container) => [nameOf(container), container]));
    for (const lease of this.#leases.leases()) {
      const name = leaseName(lease);
      const loop = this.#loops.get(name) ?? this.#open(name);
      if (!loop.running && loop.version === (versions.get(name) ?? 0))
        see(loop, observedOf(byName.get(name)));
      this.wake(name);
    }
    this.#quarantined.clear();
    for (const [name, container] of byName) {
      if (!this.#leases.lease(name) && !this.#loops.has(name)) this.#quarantined.set(name, container);
    }
    if (this.#quarantined.size > 0)
      this.#log.warn('containers_without_lease', { names: [...this.#quarantined.keys()] });
  }

  async #watchEvents(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        for await (const _ of this.#runtime.events(this.#stop.signal)) {
          // A followed container's own end of output is quicker; events matter for what nobody follows.
          if ([...this.#loops.values()].some((loop) => !loop.follow && loop.observed.container === 'running'))
            await this.#relist();
        }
      } catch (caught) {
        this.#engineProblem = SuanlinkError.from(caught, 'engine_error', 'watching events').message;
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      const cancel = this.#clock.at(this.#clock.now() + retryMs, resolve);
      this.#stop.signal.addEventListener('abort', () => resolve(), { once: true });
      await promise;
      cancel();
    }
  }
}

function see(loop: Loop, observed: Observed): void {
  loop.observed = observed;
  loop.version += 1;
}

/** The name of the lease that a container's labels speak of. */
function nameOf(container: ObservedContainer): string {
  return leaseName({ leaseId: container.lease, epoch: container.epoch });
}

function observedOf(container: ObservedContainer | undefined): Observed {
  return container ? { container: container.state, id: container.id } : { container: 'none' };
}
