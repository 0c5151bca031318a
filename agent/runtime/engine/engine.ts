/**
 * The runtime on a Docker or Podman engine, through its API on a unix socket (edge).
 *
 * How it works. This file only maps the runtime's methods to requests and statuses to our error codes; what is hard has
 * a file of its own: `start.ts` (no byte of output is missed), `output.ts` (output again, from the log), `wait.ts`,
 * `pull.ts`. `dialect.ts` holds what Docker and Podman want asked differently. What happens on a crash of ours: nothing
 * is kept here that matters; the engine's listing is the truth.
 */
import { statfs } from 'node:fs/promises';
import { SuanlinkError } from '../../../proto/codes.ts';
import type { Clock } from '../../base/clock.ts';
import { systemClock } from '../../base/real/system-clock.ts';
import type {
  ContainerSpec,
  ContainerStats,
  DiskSpace,
  EngineInfo,
  ExecLimits,
  ExecResult,
  ObservedContainer,
  OutputFrom,
  OutputSink,
  PullProgress,
  RegistryAuth,
  Runtime,
} from '../runtime.ts';
import type { OwnLimits } from '../spec.ts';
import { Connection } from './connection.ts';
import { decodeCreated, decodeImageId, decodeList, decodeOwner, decodeStats, label } from './decode.ts';
import { execInside } from './exec.ts';
import { type Answer, bodyLines, engineError, message } from './http.ts';
import { readOutput } from './output.ts';
import { readOwnLimits } from './own-limits.ts';
import { hasImage, pullImage } from './pull.ts';
import { type ImageReference, parseReference } from './reference.ts';
import { type Started, startContainer } from './start.ts';
import { removeContainer, stopContainer, waitForExit } from './wait.ts';

/**
 * A runtime on the engine behind `socketPath`. Connects at the first use; `close` hangs up, containers run on.
 * `limits` (default: our own) bound every container's ulimits; `readLogFiles: false` reads logs only through the API.
 */
export function createEngine(options: {
  socketPath: string;
  limits?: OwnLimits;
  clock?: Clock;
  readLogFiles?: boolean;
}): Runtime {
  const connection = new Connection(options.socketPath, options.clock ?? systemClock);
  return new Engine(connection, options.limits ?? readOwnLimits(), options.readLogFiles ?? true);
}

class Engine implements Runtime {
  readonly #connection: Connection;
  readonly #limits: OwnLimits;
  readonly #readLogFiles: boolean;
  /** Exit states learned at the end of output, so that the `wait` that follows asks nothing. */
  readonly #ended = new Map<string, ObservedContainer>();

  constructor(connection: Connection, limits: OwnLimits, readLogFiles: boolean) {
    this.#connection = connection;
    this.#limits = limits;
    this.#readLogFiles = readLogFiles;
  }

  async info(): Promise<EngineInfo> {
    return (await this.#connection.facts()).info;
  }

  async list(agent: string): Promise<{ known: ObservedContainer[]; unknown: string[] }> {
    const { api } = await this.#connection.facts();
    const filters = encodeURIComponent(JSON.stringify({ label: [`${label.agent}=${agent}`] }));
    const answer = await this.#connection.http.send(
      'GET',
      `${api}/containers/json?all=true&filters=${filters}`,
    );
    if (answer.status !== 200) throw engineError(answer, 'listing containers');
    const listed = decodeList(answer.text);
    const known = await Promise.all(
      listed.map(async ({ labels, ...container }) => {
        if (!labels) return undefined;
        // Only of ended ones the listing does not say enough.
        return container.state === 'exited' ? this.inspect(container.id) : { ...container, ...labels };
      }),
    );
    return {
      known: known.filter((container) => container !== undefined),
      unknown: listed.filter(({ labels }) => !labels).map(({ id }) => id),
    };
  }

  async inspect(id: string): Promise<ObservedContainer | undefined> {
    return (await this.#connection.inspect(id))?.observed;
  }

  async create(spec: ContainerSpec): Promise<string> {
    const { dialect, info } = await this.#connection.facts();
    if (spec.runtime !== undefined && !info.runtimes.includes(spec.runtime))
      throw new SuanlinkError(
        'container_create_failed',
        `the engine has no OCI runtime ${spec.runtime}; it has ${info.runtimes.join(', ')}`,
      );
    const image = parseReference(spec.image);
    const { path, body } = dialect.creation(spec, image, this.#limits);
    const answer = await this.#connection.http.send('POST', path, { json: body });
    if (answer.status === 201) return decodeCreated(answer.text);
    const taken = answer.status === 409 || /already in use/.test(answer.text);
    if (taken) return this.#sameLease(spec, answer);
    if (!(await hasImage(this.#connection, image)))
      throw new SuanlinkError('image_not_found', `image ${image.full} is not on this machine`);
    throw new SuanlinkError('container_create_failed', `the engine refused to create it: ${message(answer)}`);
  }

  async start(id: string, sink: OutputSink, atEnd: () => void = () => {}): Promise<Started> {
    const onExit = (observed: ObservedContainer): void => void this.#ended.set(id, observed);
    return startContainer(this.#connection, id, sink, { atEnd, onExit });
  }

  async output(
    id: string,
    from: OutputFrom,
    sink: OutputSink,
    signal: AbortSignal,
  ): Promise<{ complete: boolean }> {
    return readOutput(this.#connection, id, from, sink, signal, this.#readLogFiles);
  }

  async wait(id: string, signal: AbortSignal): Promise<ObservedContainer> {
    return this.#ended.get(id) ?? waitForExit(this.#connection, id, signal);
  }

  async stop(id: string, graceMs: number): Promise<void> {
    if (!this.#ended.has(id)) await stopContainer(this.#connection, id, graceMs);
  }

  async remove(id: string): Promise<void> {
    await removeContainer(this.#connection, id);
    this.#ended.delete(id);
  }

  async pull(
    image: string,
    auth: RegistryAuth | undefined,
    progress: (p: PullProgress) => void,
    signal: AbortSignal,
  ): Promise<void> {
    await pullImage(this.#connection, image, auth, progress, signal);
  }

  async importImage(image: string, tar: AsyncIterable<Uint8Array>): Promise<void> {
    const { dialect } = await this.#connection.facts();
    const reference = parseReference(image);
    const before = await this.#imageId(reference);
    const answer = await this.#connection.http.upload(dialect.import(reference), 'application/x-tar', tar);
    if (answer.status !== 200 || /"error"/.test(answer.text))
      throw engineError(answer, `importing ${reference.full}`);
    if (before !== undefined && before !== (await this.#imageId(reference)))
      await this.#removeUnnamed(before);
  }

  async removeImage(image: string): Promise<void> {
    const { dialect } = await this.#connection.facts();
    const answer = await this.#connection.http.send('DELETE', dialect.image(parseReference(image)));
    if (answer.status === 200 || answer.status === 204 || answer.status === 404) return;
    if (answer.status === 409)
      throw new SuanlinkError('conflict', `image ${image} is in use: ${message(answer)}`);
    throw engineError(answer, `removing image ${image}`);
  }

  async imageId(image: string): Promise<string | undefined> {
    return this.#imageId(parseReference(image));
  }

  async disk(): Promise<DiskSpace | undefined> {
    const { rootDir } = await this.#connection.facts();
    try {
      const { bavail, blocks, bsize } = await statfs(rootDir);
      return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
    } catch {
      return undefined; // Another machine's, or not ours to look at.
    }
  }

  async stats(id: string): Promise<ContainerStats | undefined> {
    const { api } = await this.#connection.facts();
    const path = `${api}/containers/${id}/stats?stream=false&one-shot=true`;
    const answer = await this.#connection.http.send('GET', path);
    if (answer.status === 200) return decodeStats(answer.text);
    const gone = answer.status === 404 || (await this.inspect(id))?.state !== 'running';
    if (gone) return undefined;
    throw engineError(answer, `reading the use of container ${id}`);
  }

  async exec(id: string, argv: readonly string[], limits: ExecLimits): Promise<ExecResult> {
    return execInside(this.#connection, id, argv, limits);
  }

  async *events(signal: AbortSignal): AsyncGenerator<void> {
    const { api } = await this.#connection.facts();
    // Podman's label filter wants a value; so the lines are looked at here, for both.
    const filters = encodeURIComponent(JSON.stringify({ type: ['container'] }));
    const path = `${api}/events?filters=${filters}`;
    try {
      const stream = await this.#connection.http.stream('GET', path, { signal });
      if (stream.statusCode !== 200)
        throw engineError(await this.#connection.http.whole(stream, path), 'watching events');
      // What an event says is not believed: it only says that it is time to look.
      for await (const line of bodyLines(stream)) if (line.includes(label.agent)) yield;
    } catch (caught) {
      if (signal.aborted) return;
      if (caught instanceof SuanlinkError) throw caught;
      // The engine hung up: the end of this iteration says so.
    }
  }

  async close(): Promise<void> {
    this.#connection.close();
  }

  /** The container that has the name already, when it is this lease's: creating twice is creating once. */
  async #sameLease(spec: ContainerSpec, refusal: Answer): Promise<string> {
    const { api } = await this.#connection.facts();
    const answer = await this.#connection.http.send('GET', `${api}/containers/${spec.name}/json`);
    const owner = answer.status === 200 ? decodeOwner(answer.text) : undefined;
    const { agent, lease, epoch } = spec.labels;
    const labels = owner?.labels;
    if (owner && labels?.lease === lease && labels.epoch === epoch && labels.agent === agent) return owner.id;
    throw new SuanlinkError(
      'container_create_failed',
      `the name ${spec.name} belongs to another container: ${message(refusal)}`,
    );
  }

  async #imageId(image: ImageReference): Promise<string | undefined> {
    const { dialect } = await this.#connection.facts();
    const answer = await this.#connection.http.send('GET', `${dialect.image(image)}/json`);
    return answer.status === 200 ? decodeImageId(answer.text) : undefined;
  }

  /** An image that lost its name to a newer import; one that is still in use stays. */
  async #removeUnnamed(id: string): Promise<void> {
    const { api } = await this.#connection.facts();
    await this.#connection.http.send('DELETE', `${api}/images/${id}`);
  }
}
