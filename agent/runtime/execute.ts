/**
 * One executor per kind of step (edge). Each does one thing to the engine and returns what is now observed and the
 * event that goes back into the lease machine. A failure that is the lease's own (no such image) is an event; one that
 * is the engine's (`engine_unavailable`, `engine_error`) is thrown, and the loop tries again.
 */
import { SuanlinkError } from '../../proto/codes.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Lease } from '../lease/lease.ts';
import type { Exit, LeaseEventIn, Output } from '../lease/machine.ts';
import type { Observed, Step } from '../lease/plan.ts';
import type { Accountant } from './accountant.ts';
import { noOutput, OutputCollector, takenOutput } from './output.ts';
import { pullText } from './image-records.ts';
import type { ContainerSpec, ObservedContainer, PullProgress, Runtime } from './runtime.ts';

/** A container being followed to its end; `done` gives the event of that end. */
export interface Follow {
  done: Promise<Result>;
  abort: AbortController;
}

/** What a step has brought about. */
export interface Result {
  observed?: Observed;
  event?: LeaseEventIn;
}

/** What executors need. */
export interface ExecuteContext {
  runtime: Runtime;
  accountant: Accountant;
  clock: Clock;
  log: Log;
  /** The lease as it is now. */
  current(lease: Lease): Lease | undefined;
  /** The container for a lease; throws `no_capacity` when a device of it is gone, `device_unavailable` when one
   * cannot be given to a container. */
  spec(lease: Lease): ContainerSpec;
  /** Pulls, and what has been pulled. */
  images: {
    pull(lease: Lease, progress: (p: PullProgress) => void, signal: AbortSignal): Promise<void>;
    used(image: string): void;
  };
  /** Puts output into the outbox, or leaves it out when that is full; holds the pipe back until it is durable. */
  take(
    lease: Lease,
    stream: 'stdout' | 'stderr',
    offset: number,
    data: Uint8Array,
  ): { kept: boolean; done: Promise<void> };
  /** The container of a lease has started: whoever wants to look at it may. */
  started(lease: Lease, id: string): void;
  /** What the step under way is waiting for, for the status. */
  waiting(what: string): void;
  /** Feeds an event in while a step is still under way. */
  tell(lease: Lease, event: LeaseEventIn): Promise<void>;
  /** Who sees to it that a container does not outlive its lease when this process cannot. */
  guard: {
    /** It is about to be started. */
    expect(lease: Lease, containerId: string): void;
    watch(lease: Lease, containerId: string): void;
    release(lease: Lease): void;
  };
  /** Hands a followed container to the loop. */
  follow(follow: Follow): void;
  abandonFollow(): void;
  /** Aborted when the lease must stop: ends a pull. */
  signal: AbortSignal;
}

/** Pause between two reports of a pull's progress to the scheduler. */
const pullToldMs = 2_000;

type Executors = {
  [K in Exclude<Step['kind'], 'wait' | 'forget'>]: (
    lease: Lease,
    step: Extract<Step, { kind: K }>,
    context: ExecuteContext,
  ) => Promise<Result>;
};

/** Codes that speak of the engine, not of the lease. */
function isEngineTrouble(error: SuanlinkError): boolean {
  return error.code === 'engine_unavailable' || error.code === 'engine_error' || error.code === 'internal';
}

/** Failures of the lease's own making as an event. */
function failedEvent(
  caught: unknown,
  output: Output = noOutput(),
): Extract<LeaseEventIn, { kind: 'failed' }> {
  const error = SuanlinkError.from(caught, 'engine_error', 'the engine failed');
  if (isEngineTrouble(error)) throw error;
  return { kind: 'failed', code: error.code, message: error.message, output };
}

/** The table; a step kind without an executor does not compile. */
export const executors: Executors = {
  async pull(lease, _step, context) {
    const { image } = lease.offer.work;
    await context.tell(lease, { kind: 'phase', phase: 'pulling', detail: image });
    try {
      await context.images.pull(lease, pullProgress(lease, context), context.signal);
      return { event: { kind: 'image_ready' } };
    } catch (caught) {
      if (context.signal.aborted) return {};
      return { event: { ...failedEvent(caught), during: 'pull' } };
    }
  },

  async create(lease, _step, context) {
    try {
      const id = await context.runtime.create(context.spec(lease));
      context.images.used(lease.offer.work.image);
      return { observed: { container: 'created', id }, event: { kind: 'created', containerId: id } };
    } catch (caught) {
      if (caught instanceof SuanlinkError && caught.code === 'image_not_found')
        return { event: { kind: 'image_missing' } };
      return { event: failedEvent(caught) };
    }
  },

  async start(lease, step, context) {
    const collector = collectorFor(lease, context);
    const abort = new AbortController();
    context.guard.expect(lease, step.id);
    try {
      const { drained } = await context.runtime.start(step.id, collector.sink, () =>
        context.accountant.sample(lease, step.id),
      );
      context.accountant.begin(lease, step.id);
      context.guard.watch(lease, step.id);
      context.started(lease, step.id);
      context.follow({
        abort,
        done: followStarted(lease, step.id, drained, collector, context, abort.signal),
      });
      return { observed: { container: 'running', id: step.id }, event: { kind: 'started' } };
    } catch (caught) {
      return { event: failedEvent(caught, await collector.output()) };
    }
  },

  async adopt(lease, step, context) {
    const collector = collectorFor(lease, context);
    const abort = new AbortController();
    context.accountant.begin(lease, step.id);
    context.guard.watch(lease, step.id);
    context.follow({ abort, done: followLog(lease, step.id, collector, context, abort.signal) });
    return {
      observed: { container: 'running', id: step.id },
      ...(lease.startedAt === undefined ? { event: { kind: 'started' } } : {}),
    };
  },

  async collect(lease, step, context) {
    return followLog(lease, step.id, collectorFor(lease, context), context, new AbortController().signal);
  },

  async stop(_lease, step, context) {
    await context.runtime.stop(step.id, step.graceMs);
    return {};
  },

  async vanished(lease, _step, context) {
    // Ask for this very container before its lease is given up: a listing may have been made in a bad moment.
    const there =
      lease.containerId === undefined ? undefined : await context.runtime.inspect(lease.containerId);
    if (there) return { observed: { container: there.state, id: there.id } };
    const runMs = lease.ranMs ?? (lease.startedAt === undefined ? 0 : context.clock.now() - lease.startedAt);
    const output = takenOutput(lease.taken);
    await context.accountant.end(lease, undefined);
    return { event: { kind: 'vanished', output, runMs } };
  },

  async abandon() {
    return { event: { kind: 'vanished', output: noOutput(), runMs: 0 } };
  },

  async remove(lease, step, context) {
    context.abandonFollow();
    await context.runtime.remove(step.id);
    context.guard.release(lease);
    await context.accountant.forget(lease);
    return { observed: { container: 'none' } };
  },
};

/** Says how far a pull has come: in the status at once, to the scheduler at most every `pullToldMs`. */
function pullProgress(lease: Lease, context: ExecuteContext): (p: PullProgress) => void {
  let toldAt = context.clock.now();
  return (progress) => {
    const text = pullText(progress);
    context.waiting(`pull: ${text}`);
    const now = context.clock.now();
    if (now - toldAt < pullToldMs || text === '') return;
    toldAt = now;
    const detail = `${lease.offer.work.image}: ${text}`;
    context
      .tell(lease, { kind: 'phase', phase: 'pulling', detail })
      .catch((error: unknown) => context.log.warn('progress_not_told', { error: SuanlinkError.from(error) }));
  };
}

function collectorFor(lease: Lease, context: ExecuteContext): OutputCollector {
  return new OutputCollector(lease.taken, (stream, offset, data) =>
    context.take(lease, stream, offset, data),
  );
}

/** Follows a container that we started: its attach connection to the end, the log where that connection broke. */
async function followStarted(
  lease: Lease,
  id: string,
  drained: Promise<{ complete: boolean }>,
  collector: OutputCollector,
  context: ExecuteContext,
  signal: AbortSignal,
): Promise<Result> {
  const { complete } = await drained;
  if (!complete) return followLog(lease, id, collector, context, signal);
  context.accountant.sample(lease, id);
  return ended(lease, await context.runtime.wait(id, signal), collector, context);
}

/** Follows by the engine's own log, from its beginning, since the checksum needs every byte. */
async function followLog(
  lease: Lease,
  id: string,
  collector: OutputCollector,
  context: ExecuteContext,
  signal: AbortSignal,
): Promise<Result> {
  await context.runtime.output(id, collector.seen(), collector.sink, signal);
  context.accountant.sample(lease, id);
  const exited = await context.runtime.wait(id, signal);
  // What was written between the end of the first reading and the exit; nothing in the usual case.
  await context.runtime.output(id, collector.seen(), collector.sink, signal);
  return ended(lease, exited, collector, context);
}

/** How long it ran, by the engine's own times. An engine that was killed meanwhile may not know them; then it is the time
 * that we know it to have run. */
function ranMs(
  lease: Lease,
  { startedAtMs, finishedAtMs }: ObservedContainer,
  context: ExecuteContext,
): number {
  if (startedAtMs !== undefined && finishedAtMs !== undefined && finishedAtMs >= startedAtMs)
    return finishedAtMs - startedAtMs;
  const { startedAt = context.clock.now(), ranMs } = context.current(lease) ?? lease;
  if (ranMs !== undefined) return ranMs;
  context.log.warn('run_time_unknown', { lease: lease.leaseId, startedAtMs, finishedAtMs });
  return context.clock.now() - startedAt;
}

async function ended(
  lease: Lease,
  container: ObservedContainer,
  collector: OutputCollector,
  context: ExecuteContext,
): Promise<Result> {
  const output = await collector.output();
  if (container.state === 'created') {
    await context.accountant.end(lease, undefined);
    const runMs = ranMs(lease, container, context);
    return {
      observed: { container: 'created', id: container.id },
      event: { kind: 'vanished', output, runMs },
    };
  }
  const used = await context.accountant.end(lease, container);
  const exit: Exit = {
    exitCode: container.exitCode ?? -1,
    oomKilled: container.oomKilled === true || used.oomKilled,
    runMs: ranMs(lease, container, context),
    cpuMs: used.cpuMs,
    cpuExact: used.cpuExact,
    memoryPeakBytes: used.memoryPeakBytes,
    output,
  };
  return { observed: { container: 'exited', id: container.id }, event: { kind: 'exited', exit } };
}
