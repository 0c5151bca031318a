/**
 * A container engine in virtual time: containers outlive the agents that use it, calls take time, and it can refuse,
 * hang, restart and lose things. What containers really did (when they ran, on which cards, which bytes they wrote) is
 * kept as the truth that invariants are compared with.
 *
 * A container's behaviour is in its command: `sim DURATION_MS EXIT_CODE LINES TERM_MS`; TERM_MS -1 ignores SIGTERM.
 */
import type {
  ContainerSpec,
  EngineInfo,
  ObservedContainer,
  OutputFrom,
  OutputSink,
  Runtime,
} from '../../agent/runtime/runtime.ts';
import { SuanlinkError } from '../../proto/codes.ts';
import type { LeaseKey } from '../../proto/lease.ts';
import type { Chance } from './chance.ts';
import type { Story } from './story.ts';
import type { Life, SimTime } from './time.ts';

/** What a container did. Times are true ms. */
export interface Truth extends LeaseKey {
  id: string;
  cards: readonly string[];
  startedAt: number;
  endedAt: number | undefined;
  exitCode: number | undefined;
  /** Taken away by somebody else: its end and the rest of its log cannot be known. */
  isStolen: boolean;
  /** The machine went down with it, and the engine does not know its end. */
  isReset: boolean;
  output: Record<'stdout' | 'stderr', Buffer[]>;
}

interface Container {
  spec: ContainerSpec;
  seen: ObservedContainer;
  truth: Truth;
  log: { stream: 'stdout' | 'stderr'; data: Buffer }[];
  /** Called when something was written, at the end, and when the engine drops its connections. */
  listeners: Set<() => void>;
  cancels: (() => void)[];
}

/** What is wrong with the engine. */
export type EngineState = 'well' | 'down' | 'hung' | 'failing';

export const engineInfo: EngineInfo = {
  engine: 'podman',
  version: 'sim',
  cgroupVersion: 2,
  cgroupDriver: 'cgroupfs',
  rootless: false,
  runtimes: [],
  cdi: false,
};

/** It has ended, or was reset (`agent/runtime/engine/decode.ts`). */
function isOver({ state, startedAtMs }: ObservedContainer): boolean {
  return state === 'exited' || (state === 'created' && startedAtMs !== undefined);
}

/** The engine of one node. */
export class SimEngine {
  readonly containers = new Map<string, Container>();
  readonly truths: Truth[] = [];
  readonly images = new Set<string>(['here']);
  state: EngineState = 'well';
  /** Grows with every restart: connections of an earlier one are broken. */
  generation = 0;
  /** When it was last mended (true ms). */
  wellSince = -1e9;
  readonly #time: SimTime;
  readonly #chance: Chance;
  readonly #story: Story;
  readonly #name: string;
  #nextId = 1;
  #thaw: (() => void)[] = [];

  constructor(time: SimTime, chance: Chance, story: Story, name: string) {
    this.#time = time;
    this.#chance = chance;
    this.#story = story;
    this.#name = name;
  }

  /** Containers that run now. */
  running(): Container[] {
    return [...this.containers.values()].filter(({ seen }) => seen.state === 'running');
  }

  /** Everything is well again: hung calls go on. */
  heal(): void {
    this.state = 'well';
    this.wellSince = this.#time.now;
    for (const go of this.#thaw.splice(0)) go();
  }

  /** The daemon restarts: connections break; containers live on, or die with it. */
  restart(containersDie: boolean): void {
    this.generation += 1;
    for (const go of this.#thaw.splice(0)) go();
    for (const container of this.containers.values()) {
      if (containersDie) this.end(container.seen.id, 137);
      for (const wake of [...container.listeners]) wake();
    }
  }

  /** The machine goes down with it. Afterwards Docker calls what ran exited; Podman calls it created, with no end. */
  reboot(isPodman: boolean): void {
    const ran = [...this.containers.values()].filter(({ seen }) => seen.state === 'running');
    this.restart(true);
    if (!isPodman) return;
    for (const container of ran) {
      const { id, name, lease, epoch, agent, image, startedAtMs = 0 } = container.seen;
      container.truth.isReset = true;
      container.seen = { ...{ id, name, lease, epoch, agent, image, startedAtMs }, state: 'created' };
    }
  }

  /** Ends a container as its process would. */
  end(id: string, exitCode: number, oomKilled = false): void {
    const container = this.containers.get(id);
    if (!container || container.seen.state !== 'running') return;
    for (const cancel of container.cancels.splice(0)) cancel();
    const { now } = this.#time;
    Object.assign(container.truth, { endedAt: now, exitCode });
    container.seen = {
      ...container.seen,
      state: 'exited',
      exitCode,
      oomKilled,
      finishedAtMs: Math.round(now),
    };
    this.#tell(`container of ${container.seen.lease} ends with ${exitCode}`);
    for (const wake of [...container.listeners]) wake();
  }

  /** Somebody else removes it. */
  steal(id: string): void {
    const container = this.containers.get(id);
    if (!container) return;
    container.truth.isStolen = true;
    this.end(id, 137);
    this.containers.delete(id);
  }

  /** A connection of the process `life`. */
  runtime(life: Life): Runtime {
    const call = <T>(name: string, work: () => T | Promise<T>): Promise<T> => this.#call(life, name, work);
    return {
      info: async () => engineInfo,
      list: (agent) =>
        call('list', () => ({
          known: [...this.containers.values()].map(({ seen }) => seen).filter((seen) => seen.agent === agent),
          unknown: [],
        })),
      inspect: (id) => call('inspect', () => this.containers.get(id)?.seen),
      create: (spec) => call('create', () => this.#create(spec)),
      start: (id, sink, atEnd) =>
        call('start', () => {
          const container = this.#need(id);
          if (container.seen.state === 'created') this.#start(container);
          const drained = this.#follow(life, container, { stdout: 0, stderr: 0 }, sink, undefined);
          return {
            startedAtMs: container.seen.startedAtMs ?? 0,
            drained: drained.then((end) => {
              atEnd?.();
              return end;
            }),
          };
        }),
      output: (id, from, sink, signal) =>
        call('output', () => this.#follow(life, this.#need(id), from, sink, signal)),
      wait: (id) => call('wait', () => this.#wait(life, this.#need(id))),
      stop: (id, graceMs) => call('stop', () => this.#stop(life, id, graceMs)),
      remove: (id) =>
        call('remove', () => {
          this.end(id, 137);
          this.containers.delete(id);
        }),
      pull: (image, _auth, progress, signal) =>
        call('pull', async () => {
          const ms = this.#chance.whole(500, 15_000);
          progress({ doneBytes: 0, totalBytes: 1000, status: 'pulling' });
          await this.#time.sleep(ms, life);
          if (signal.aborted) throw new SuanlinkError('image_pull_failed', 'the pull was ended');
          if (image === 'missing') throw new SuanlinkError('image_not_found', `no image ${image}`);
          this.images.add(image);
        }),
      importImage: async () => {},
      removeImage: async (image) => void this.images.delete(image),
      imageId: async (image) => (this.images.has(image) ? image : undefined),
      disk: async () => undefined,
      stats: async () => undefined,
      exec: async (_id, argv) => {
        throw new SuanlinkError('command_not_found', `simulated images have no ${argv[0]}`);
      },
      events: (signal) => this.#events(life, signal),
      close: async () => {},
    };
  }

  #tell(what: string): void {
    this.#story.tell(this.#name, `engine: ${what}`);
  }

  /** A call takes time on its way; what it does is done whether or not the caller still lives. */
  #call<T>(life: Life, name: string, work: () => T | Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const back = (run: () => void): void => void this.#time.after(this.#chance.delay(2, 50), life, run);
      const fail = (code: 'engine_unavailable' | 'engine_error', message: string): void =>
        back(() => reject(new SuanlinkError(code, message)));
      const arrive = (): void => {
        if (this.state === 'hung') {
          this.#thaw.push(arrive);
          return;
        }
        if (this.state === 'down') return fail('engine_unavailable', 'connection refused');
        if (this.state === 'failing' && this.#chance.is(0.6)) return fail('engine_error', `${name} failed`);
        const { generation } = this;
        Promise.resolve()
          .then(work)
          .then(
            (value) => {
              if (generation !== this.generation && name !== 'start' && name !== 'output')
                fail('engine_unavailable', 'the connection was lost');
              else back(() => resolve(value));
            },
            (error: unknown) => back(() => reject(error instanceof Error ? error : new Error(String(error)))),
          );
      };
      if (life.alive) this.#time.after(this.#chance.delay(3, 200), undefined, arrive);
    });
  }

  #need(id: string): Container {
    const found = this.containers.get(id);
    if (!found) throw new SuanlinkError('engine_error', `no container ${id}`);
    return found;
  }

  #create(spec: ContainerSpec): string {
    if (!this.images.has(spec.image)) throw new SuanlinkError('image_not_found', `no image ${spec.image}`);
    for (const { seen } of this.containers.values()) if (seen.name === spec.name) return seen.id;
    const id = `${this.#name}-c${this.#nextId++}`;
    const { agent, lease, epoch } = spec.labels;
    const seen: ObservedContainer = {
      ...{ id, name: spec.name, lease, epoch, agent },
      ...{ state: 'created', image: spec.image },
    };
    const cards = (spec.env.SUANLINK_ACCELERATORS ?? '').split(',').filter((card) => card !== '');
    const truth: Truth = {
      ...{ id, leaseId: lease, epoch, cards, startedAt: 0, endedAt: undefined },
      ...{ exitCode: undefined, isStolen: false, isReset: false, output: { stdout: [], stderr: [] } },
    };
    this.containers.set(id, { spec, seen, truth, log: [], listeners: new Set(), cancels: [] });
    this.#tell(`container ${id} of ${lease} created`);
    return id;
  }

  #start(container: Container): void {
    const { seen, spec, truth } = container;
    const [, forMs = '1000', exit = '0', lines = '0'] = spec.command;
    if (exit === 'bad') throw new SuanlinkError('command_not_found', 'no such command');
    const pid = 1000 + this.truths.length;
    container.seen = { ...seen, state: 'running', startedAtMs: Math.round(this.#time.now), pid };
    truth.startedAt = this.#time.now;
    this.truths.push(truth);
    this.#tell(`container ${seen.id} of ${seen.lease} runs on ${truth.cards.join(', ')}`);
    const durationMs = Number(forMs);
    for (let line = 0; line < Number(lines); line += 1) {
      const at = (durationMs * (line + this.#chance.next())) / Number(lines);
      container.cancels.push(this.#time.after(at, undefined, () => this.#write(container, line)));
    }
    const code = Number(exit);
    const finish = (): void => this.end(seen.id, code, code === 137);
    container.cancels.push(this.#time.after(durationMs, undefined, finish));
  }

  #write(container: Container, line: number): void {
    const stream = this.#chance.is(0.2) ? 'stderr' : 'stdout';
    const data = Buffer.from(
      `${container.seen.lease} line ${line} ${'x'.repeat(this.#chance.whole(0, 40))}\n`,
    );
    container.log.push({ stream, data });
    container.truth.output[stream].push(data);
    for (const wake of [...container.listeners]) wake();
  }

  /** Until something happens to the container. */
  #change(life: Life, container: Container): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        container.listeners.delete(wake);
        this.#time.after(this.#chance.delay(1, 20), life, resolve);
      };
      container.listeners.add(wake);
    });
  }

  async #follow(
    life: Life,
    container: Container,
    from: OutputFrom,
    sink: OutputSink,
    signal: AbortSignal | undefined,
  ): Promise<{ complete: boolean }> {
    const { generation } = this;
    const at = { stdout: 0, stderr: 0 };
    for (let next = 0; ; ) {
      if (generation !== this.generation || signal?.aborted === true) return { complete: false };
      const entry = container.log[next];
      if (entry) {
        next += 1;
        const offset = at[entry.stream];
        at[entry.stream] += entry.data.length;
        if (at[entry.stream] > from[entry.stream])
          await sink({ stream: entry.stream, offset, data: entry.data });
      } else if (isOver(container.seen)) return { complete: true };
      else await this.#change(life, container);
    }
  }

  async #wait(life: Life, container: Container): Promise<ObservedContainer> {
    while (!isOver(container.seen)) await this.#change(life, container);
    return container.seen;
  }

  async #stop(life: Life, id: string, graceMs: number): Promise<void> {
    const container = this.containers.get(id);
    if (!container || container.seen.state !== 'running') return;
    const termMs = Number(container.spec.command[4] ?? '10');
    this.#tell(`container ${id} is told to stop, grace ${graceMs}`);
    // As engines do: begun is begun, whether or not the caller is still there.
    if (termMs >= 0 && termMs < graceMs) this.#time.after(termMs, undefined, () => this.end(id, 143));
    this.#time.after(graceMs, undefined, () => this.end(id, 137));
    await this.#wait(life, container);
  }

  async *#events(life: Life, signal: AbortSignal): AsyncIterable<void> {
    while (!signal.aborted) {
      await this.#time.sleep(this.#chance.whole(3000, 12_000), life);
      if (this.state !== 'well') return;
      yield;
    }
  }
}
