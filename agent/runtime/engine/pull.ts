/** Pulls images: progress as the engine reports it, and why a pull failed (edge). */
import { SuanlinkError } from '../../../proto/codes.ts';
import type { PullProgress, RegistryAuth } from '../runtime.ts';
import type { Connection } from './connection.ts';
import { bodyLines, engineError, message } from './http.ts';
import { type ImageReference, parseReference } from './reference.ts';

/** Whether the image is on this machine. */
export async function hasImage(connection: Connection, image: ImageReference): Promise<boolean> {
  const { dialect } = await connection.facts();
  const answer = await connection.http.send('GET', `${dialect.image(image)}/json`);
  if (answer.status === 200) return true;
  if (answer.status === 404) return false;
  throw engineError(answer, `looking for image ${image.full}`);
}

/**
 * Pulls `name` unless it is here. `image_not_found`, `image_pull_denied`, `image_pull_failed`; rejects with the
 * signal's reason. Podman reports what it does, not how many bytes.
 */
export async function pullImage(
  connection: Connection,
  name: string,
  auth: RegistryAuth | undefined,
  progress: (p: PullProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  const image = parseReference(name);
  if (await hasImage(connection, image)) return;
  const { dialect } = await connection.facts();
  const path = dialect.pull(image);
  const headers = auth ? { 'x-registry-auth': authHeader(auth, image) } : {};
  const answer = await connection.http.stream('POST', path, { signal, headers });
  if (answer.statusCode !== 200) throw pullError(message(await connection.http.whole(answer, path)), image);
  const tally = new PullTally();
  try {
    for await (const line of bodyLines(answer)) {
      const failure = tally.take(line);
      if (failure !== undefined) throw pullError(failure, image);
      progress(tally.progress);
    }
  } catch (caught) {
    answer.destroy();
    if (signal.aborted) throw signal.reason;
    throw SuanlinkError.from(caught, 'engine_unavailable', 'the engine hung up during a pull');
  }
  if (!(await hasImage(connection, image)))
    throw new SuanlinkError('image_pull_failed', `the pull of ${image.full} ended without the image`);
}

/** Adds up the bytes of all layers from an engine's lines of progress (pure but for its own sums). */
export class PullTally {
  readonly #layers = new Map<string, { done: number; total: number }>();
  #status = '';

  /** Takes one line of JSON; the engine's words when it says that the pull failed. Other lines are passed over. */
  take(line: string): string | undefined {
    const event = parse(line);
    if (typeof event['error'] === 'string') return event['error'];
    const status = event['status'] ?? event['stream'];
    if (typeof status === 'string') this.#status = status.trim();
    const { id, progressDetail: detail } = event;
    const { current, total } = typeof detail === 'object' && detail !== null ? (detail as Progress) : {};
    if (typeof id === 'string') {
      const layer = this.#layers.get(id);
      if (status === 'Downloading' && typeof current === 'number')
        this.#layers.set(id, { done: current, total: Math.max(current, Number(total) || 0) });
      else if (layer && finished.test(String(status))) layer.done = layer.total;
    }
    return undefined;
  }

  /** The sums so far. */
  get progress(): PullProgress {
    const layers = [...this.#layers.values()];
    return {
      doneBytes: layers.reduce((sum, { done }) => sum + done, 0),
      totalBytes: layers.reduce((sum, { total }) => sum + total, 0),
      status: this.#status,
    };
  }
}

interface Progress {
  current?: unknown;
  total?: unknown;
}

const finished = /^(Download complete|Verifying Checksum|Extracting|Pull complete)/;

/** Why a pull failed (pure), by what engines pass on of the registry's answer. */
export function pullError(text: string, image: ImageReference): SuanlinkError {
  const words = text.replaceAll(/\s+/g, ' ').trim().slice(0, 1000);
  if (/no space left on device|disk quota exceeded/i.test(words))
    return new SuanlinkError('no_capacity', `insufficient disk for ${image.full}: ${words}`);
  if (/denied|unauthorized|authentication required|no basic auth|forbidden|\b401\b|\b403\b/i.test(words))
    return new SuanlinkError('image_pull_denied', `the registry refused ${image.full}: ${words}`);
  if (/not found|manifest unknown|name unknown|repository .*does not exist|no such image/i.test(words))
    return new SuanlinkError('image_not_found', `the registry has no ${image.full}: ${words}`);
  return new SuanlinkError('image_pull_failed', `${image.full} could not be pulled: ${words}`);
}

/** The header in which engines take credentials (pure): base64url of JSON, with padding (without it: no answer at all
 * from Docker, 400 from Podman). */
export function authHeader(auth: RegistryAuth, image: ImageReference): string {
  const json = JSON.stringify({ ...auth, serveraddress: image.registry });
  return Buffer.from(json).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}

function parse(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {}; // A line that is not JSON says nothing; the image's presence decides at the end.
  }
}
