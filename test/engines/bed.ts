/** What tests on real engines share: a runtime per engine, specs of small containers, and one run in one call. */
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, describe, expect, inject } from 'vitest';
import { createEngine } from '../../agent/runtime/engine/engine.ts';
import type { ContainerSpec, ObservedContainer, OutputPiece, Runtime } from '../../agent/runtime/runtime.ts';
import { engineRequest } from '../../scripts/engine-request.ts';
import { makeId } from '../../proto/ids.ts';
import { testImage } from './provided.ts';

/** A container's output as it was taken, with every gap or overlap found. */
export class Taken {
  readonly #parts = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
  readonly #at = { stdout: 0, stderr: 0 };

  /** `from`: where each stream should begin. */
  constructor(from = { stdout: 0, stderr: 0 }) {
    this.#at = { ...from };
  }

  readonly sink = ({ stream, offset, data }: OutputPiece): void => {
    if (offset !== this.#at[stream])
      throw new Error(`${stream}: a piece at ${offset}, ${this.#at[stream]} was due`);
    this.#at[stream] += data.length;
    this.#parts[stream].push(data.slice());
  };

  get stdout(): Buffer {
    return Buffer.concat(this.#parts.stdout);
  }

  get stderr(): Buffer {
    return Buffer.concat(this.#parts.stderr);
  }
}

/** One run from creation to the exit state; the container is still there. */
export interface Ran {
  id: string;
  taken: Taken;
  complete: boolean;
  exited: ObservedContainer;
}

/** One engine under test. */
export class Bed {
  readonly kind: 'docker' | 'podman';
  readonly socketPath: string;
  readonly runtime: Runtime;
  /** Label of all containers of this bed. */
  readonly agent = `agent-${randomBytes(6).toString('hex')}`;

  constructor(engine: { kind: 'docker' | 'podman'; socketPath: string }) {
    this.kind = engine.kind;
    this.socketPath = engine.socketPath;
    this.runtime = createEngine({ socketPath: engine.socketPath });
  }

  /** A small locked-up container that runs `command`; `more` replaces fields. */
  spec(command: string[], more: Partial<ContainerSpec> = {}): ContainerSpec {
    const lease = makeId('lease', randomBytes(20));
    return {
      name: `suanlink-${lease}-1`,
      image: testImage,
      command,
      env: {},
      labels: { agent: this.agent, lease, epoch: 1 },
      limits: {
        cpuMilli: 1000,
        memoryBytes: 64 * 2 ** 20,
        pids: 64,
        shmBytes: 2 ** 20,
        nofile: 1024,
        nproc: 1024,
      },
      network: 'none',
      readOnlyRoot: true,
      tmpfs: {},
      devices: [],
      mounts: [],
      cdi: [],
      ...more,
    };
  }

  /** A container that runs a shell script. */
  script(text: string, more: Partial<ContainerSpec> = {}): ContainerSpec {
    return this.spec(['sh', '-c', text], more);
  }

  /** Creates, starts, takes all output and waits for the end. */
  async run(spec: ContainerSpec): Promise<Ran> {
    const id = await this.runtime.create(spec);
    const taken = new Taken();
    const { drained } = await this.runtime.start(id, taken.sink);
    const { complete } = await drained;
    return { id, taken, complete, exited: await this.runtime.wait(id, never) };
  }

  /** Creates and starts a container that is left running; nobody takes its output. */
  async launch(spec: ContainerSpec): Promise<string> {
    const id = await this.runtime.create(spec);
    await this.runtime.start(id, () => {});
    return id;
  }

  /** One plain request to the engine. */
  async raw(method: string, path: string, json?: unknown): Promise<{ status: number; body: string }> {
    const body = json === undefined ? undefined : JSON.stringify(json);
    return engineRequest(this.socketPath, method, path, body, { 'content-type': 'application/json' });
  }

  /** Removes every container of this bed. */
  async clear(): Promise<void> {
    const filters = encodeURIComponent(JSON.stringify({ label: [`suanlink.agent=${this.agent}`] }));
    const { body } = await this.raw('GET', `/v1.41/containers/json?all=true&filters=${filters}`);
    for (const { Id } of JSON.parse(body) as { Id: string }[]) await this.runtime.remove(Id);
  }
}

/** A signal that never comes. */
export const never = new AbortController().signal;

/** Runs `body` for both engines; containers that a test leaves are removed after it. */
export function eachEngine(name: string, body: (bed: Bed) => void): void {
  describe.each(inject('engines'))(`${name} on $kind`, (engine) => {
    const bed = new Bed(engine);
    afterEach(() => bed.clear());
    afterAll(async () => {
      expect(await bed.runtime.list(bed.agent)).toEqual({ known: [], unknown: [] });
      await bed.runtime.close();
    });
    body(bed);
  });
}
