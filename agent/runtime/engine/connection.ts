/** One engine as its parts use it (edge): the HTTP client, its presence, and the facts it was asked for once. */
import { existsSync } from 'node:fs';
import { SuanlinkError } from '../../../proto/codes.ts';
import type { Clock } from '../../base/clock.ts';
import type { EngineInfo } from '../runtime.ts';
import { decodeInfo, decodeInspect, type Inspected } from './decode.ts';
import { type Dialect, dockerDialect, podmanDialect } from './dialect.ts';
import { EngineHttp, engineError, unavailable } from './http.ts';
import { Presence } from './presence.ts';

/** What an engine is and how to talk to it. */
export interface Facts {
  info: EngineInfo;
  /** Path prefix of the API version that both sides know: `/v1.41`. */
  api: string;
  dialect: Dialect;
  /** Where it keeps its files; '' when it does not say. */
  rootDir: string;
}

/** The newest API version this adapter was written against; older and newer engines are met where both can. */
const newestApi = 47;

/** Where CDI specs lie. */
const cdiDirs = ['/etc/cdi', '/var/run/cdi'];

/** See the head of this file. */
export class Connection {
  readonly http: EngineHttp;
  readonly clock: Clock;
  readonly presence: Presence;
  #facts: { term: number; facts: Promise<Facts> } | undefined;

  constructor(socketPath: string, clock: Clock) {
    this.clock = clock;
    this.http = new EngineHttp(socketPath);
    this.presence = new Presence(socketPath);
  }

  /** Asked once for each engine process, since a restart may be an upgrade. `engine_unavailable`, `engine_error`. */
  async facts(): Promise<Facts> {
    if (this.#facts && this.presence.same(this.#facts.term)) return this.#facts.facts;
    const facts = this.#ask();
    facts.catch(() => {
      if (this.#facts?.facts === facts) this.#facts = undefined;
    });
    this.#facts = { term: await this.#term(), facts };
    return facts;
  }

  /** A container as it is now; undefined when there is none. */
  async inspect(id: string): Promise<Inspected | undefined> {
    const { api } = await this.facts();
    const answer = await this.http.send('GET', `${api}/containers/${encodeURIComponent(id)}/json`);
    if (answer.status === 404) return undefined;
    // Podman 4.3 answers 500 to the question for a container that is just being removed.
    if (answer.status === 500 && /no such container/.test(answer.text)) return undefined;
    if (answer.status !== 200) throw engineError(answer, `inspecting container ${id}`);
    return decodeInspect(answer.text);
  }

  /** Hangs up. */
  close(): void {
    this.http.close();
    this.presence.close();
  }

  async #term(): Promise<number> {
    try {
      return await this.presence.term();
    } catch (cause) {
      throw unavailable(this.http.socketPath, cause, 'GET /_ping');
    }
  }

  async #ask(): Promise<Facts> {
    const ping = await this.http.send('GET', '/_ping');
    if (ping.status !== 200) throw engineError(ping, 'greeting the engine');
    const minor = Number(/^1\.(\d+)$/.exec(String(ping.headers['api-version']))?.[1] ?? Number.NaN);
    if (!(minor >= 41)) {
      throw new SuanlinkError(
        'engine_error',
        `the engine at ${this.http.socketPath} speaks API ${String(ping.headers['api-version'])}; ` +
          'Docker 20.10 or Podman 4 (API 1.41) is the oldest that works',
      );
    }
    const api = `/v1.${Math.min(minor, newestApi)}`;
    const [info, version] = await Promise.all([
      this.http.send('GET', `${api}/info`),
      this.http.send('GET', `${api}/version`),
    ]);
    if (info.status !== 200) throw engineError(info, 'asking the engine for its facts');
    if (version.status !== 200) throw engineError(version, 'asking the engine for its version');
    const decoded = decodeInfo(info.text, version.text);
    const dialect = decoded.info.engine === 'podman' ? podmanDialect : dockerDialect(api, decoded.rootDir);
    // Podman reads the specs itself and does not say whether there are any.
    const isPodman = decoded.info.engine === 'podman';
    const cdi = isPodman ? cdiDirs.some((dir) => existsSync(dir)) : decoded.info.cdi;
    // It names all runtimes that it has heard of, whether they are installed or not.
    const runtimes = decoded.info.runtimes.filter(
      (name) => !isPodman || existsSync(decoded.runtimePaths[name] ?? ''),
    );
    return { info: { ...decoded.info, cdi, runtimes }, api, dialect, rootDir: decoded.rootDir };
  }
}
