/**
 * An engine in memory: containers live in a map that a restarted agent finds again. A job's behaviour is written in its
 * command: `['exit', '7']`, `['print', 'text', 'exit', '0']`, `['lines', COUNT, BYTES]`, `['hang']`, `['oom']`, `['fail', CODE]`. Nothing passes by
 * itself: a container that hangs ends when the test says so or when it is stopped.
 */
import { SuanlinkError, isCode } from '../../proto/codes.ts';
import type {
  ContainerSpec,
  DiskSpace,
  ExecResult,
  ObservedContainer,
  OutputSink,
  Runtime,
} from '../../agent/runtime/runtime.ts';

interface Container {
  spec: ContainerSpec;
  seen: ObservedContainer;
  log: { stream: 'stdout' | 'stderr'; data: Uint8Array }[];
  ended: PromiseWithResolvers<void>;
}

/** The engine's disk and processes: what outlives an agent. */
export class MemoryEngine {
  readonly containers = new Map<string, Container>();
  readonly images = new Set<string>(['suanlink.test/busybox:1']);
  readonly calls: string[] = [];
  /** Throws this from every call while set. */
  down: SuanlinkError | undefined;
  /** The next call of that name throws this, once; with `done` after it has been carried out. */
  readonly failOnce = new Map<string, { error: SuanlinkError; done: boolean }>();
  /** Containers at one time, at most; and those that were ever started. */
  most = 0;
  started = 0;
  /** While set, listings are made at once and answered only when this resolves. */
  holdList: Promise<void> | undefined;
  /** While set, a creation has been done and is answered only when this resolves. */
  holdCreate: PromiseWithResolvers<void> | undefined;
  /** What commands inside containers come to; no image has any unless a test says so. */
  inside: (argv: readonly string[]) => ExecResult | Promise<ExecResult> = (argv) => {
    throw new SuanlinkError('command_not_found', `no ${argv[0]}`);
  };
  /** What there is, when it can be seen. */
  disk: DiskSpace | undefined;
  #nextId = 1;

  /** Ends a container as its process would. */
  end(id: string, exitCode: number, oomKilled = false): void {
    const container = this.containers.get(id);
    if (!container || container.seen.state !== 'running') return;
    container.seen = {
      ...container.seen,
      state: 'exited',
      exitCode,
      oomKilled,
      finishedAtMs: (container.seen.startedAtMs ?? 0) + 1000,
    };
    container.ended.resolve();
  }

  /** The same while the engine is dead: it never learns when. */
  endUnseen(id: string, exitCode: number): void {
    this.end(id, exitCode);
    const container = this.containers.get(id);
    if (container) delete container.seen.finishedAtMs;
  }

  /** A connection to this engine, as one agent process has it. */
  runtime(): Runtime {
    const call = (name: string): void => {
      this.calls.push(name);
      if (this.down) throw this.down;
      const fault = this.failOnce.get(name);
      if (fault && !fault.done) {
        this.failOnce.delete(name);
        throw fault.error;
      }
    };
    const done = (name: string): void => {
      const fault = this.failOnce.get(name);
      this.failOnce.delete(name);
      if (fault) throw fault.error;
    };
    const need = (id: string): Container => {
      const found = this.containers.get(id);
      if (!found) throw new SuanlinkError('engine_error', `no container ${id}`);
      return found;
    };
    return {
      info: async () => ({
        engine: 'podman',
        version: '0',
        cgroupVersion: 2,
        cgroupDriver: 'cgroupfs',
        rootless: false,
        runtimes: [],
        cdi: false,
      }),
      list: async (agent) => {
        call('list');
        const answer = {
          known: [...this.containers.values()].map(({ seen }) => seen).filter((seen) => seen.agent === agent),
          unknown: [],
        };
        await this.holdList;
        return answer;
      },
      inspect: async (id) => this.containers.get(id)?.seen,
      create: async (spec) => {
        call('create');
        if (!this.images.has(spec.image))
          throw new SuanlinkError('image_not_found', `no image ${spec.image}`);
        const same = [...this.containers.values()].find(({ seen }) => seen.name === spec.name);
        if (same) return same.seen.id;
        const id = `c${this.#nextId++}`;
        const { agent, lease, epoch } = spec.labels;
        const seen: ObservedContainer = {
          id,
          name: spec.name,
          lease,
          epoch,
          agent,
          state: 'created',
          image: spec.image,
        };
        this.containers.set(id, { spec, seen, log: [], ended: Promise.withResolvers() });
        this.most = Math.max(this.most, this.containers.size);
        await this.holdCreate?.promise;
        done('create');
        return id;
      },
      start: async (id, sink) => {
        call('start');
        const container = need(id);
        const [verb, arg = ''] = container.spec.command;
        if (verb === 'fail')
          throw new SuanlinkError(isCode(arg) ? arg : 'internal', `told to fail with ${arg}`);
        container.seen = { ...container.seen, state: 'running', startedAtMs: 5000 };
        this.started += 1;
        const drained = this.#play(container, sink);
        done('start');
        return { startedAtMs: 5000, drained };
      },
      output: async (id, from, sink, signal) => {
        call('output');
        const container = need(id);
        await Promise.race([
          container.ended.promise,
          new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())),
        ]);
        await replay(container, sink, from);
        return { complete: container.seen.state === 'exited' };
      },
      wait: async (id) => {
        call('wait');
        await need(id).ended.promise;
        return need(id).seen;
      },
      stop: async (id) => {
        call('stop');
        this.end(id, 143);
      },
      remove: async (id) => {
        call('remove');
        this.end(id, 137);
        this.containers.delete(id);
        done('remove');
      },
      pull: async (image) => {
        call('pull');
        if (!image.startsWith('pullable'))
          throw new SuanlinkError('image_not_found', `no ${image} at the registry`);
        this.images.add(image);
      },
      importImage: async () => {},
      removeImage: async (image) => {
        if ([...this.containers.values()].some(({ spec }) => spec.image === image))
          throw new SuanlinkError('conflict', `${image} is in use`);
        this.images.delete(image);
        this.calls.push(`removeImage ${image}`);
      },
      imageId: async (image) => (this.images.has(image) ? `id of ${image}` : undefined),
      disk: async () => this.disk,
      stats: async () => undefined,
      exec: async (id, argv) => {
        call(`exec ${argv.join(' ')}`);
        if (need(id).seen.state !== 'running') throw new SuanlinkError('not_found', `${id} does not run`);
        return this.inside(argv);
      },
      events: async function* (signal) {
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        yield* [];
      },
      close: async () => {},
    };
  }

  async #play(container: Container, sink: OutputSink): Promise<{ complete: boolean }> {
    const [verb, arg = '', , code = '0'] = container.spec.command;
    if (verb === 'print') {
      container.log.push({ stream: 'stdout', data: new TextEncoder().encode(arg) });
      // The container ends whether or not a reader takes its output: a crashed agent must not hold it.
      this.end(container.seen.id, Number(code));
      await replay(container, sink, { stdout: 0, stderr: 0 });
    } else if (verb === 'lines') {
      const size = Number(container.spec.command[2]);
      for (let line = 0; line < Number(arg); line += 1)
        container.log.push({
          stream: line % 5 === 4 ? 'stderr' : 'stdout',
          data: new Uint8Array(size).fill(line),
        });
      this.end(container.seen.id, 0);
      await replay(container, sink, { stdout: 0, stderr: 0 });
    } else if (verb === 'exit') this.end(container.seen.id, Number(arg));
    else if (verb === 'true') this.end(container.seen.id, 0);
    else if (verb === 'oom') this.end(container.seen.id, 137, true);
    await container.ended.promise;
    return { complete: true };
  }
}

async function replay(
  container: Container,
  sink: OutputSink,
  from: { stdout: number; stderr: number },
): Promise<void> {
  const at = { stdout: 0, stderr: 0 };
  for (const { stream, data } of container.log) {
    const offset = at[stream];
    at[stream] += data.length;
    if (at[stream] > from[stream]) await sink({ stream, offset, data });
  }
}
