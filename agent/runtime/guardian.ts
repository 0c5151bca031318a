/**
 * Keeps the guard informed: which containers run for which leases, and until when they may.
 *
 * How it works. A container that is started or taken up is looked at once for its first process; from then on every
 * change of its lease (a renewal above all) writes the file anew, one write at a time. What an earlier agent had found out
 * stays until the process is gone, so there is no moment without a guard.
 *
 * What it cannot guard (an engine that hides its processes, another user's containers) it says; the agent's own stop
 * is the first line in any case, this is the second.
 */
import { SuanlinkError } from '../../proto/codes.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { leaseName } from '../lease/journal.ts';
import type { Lease } from '../lease/lease.ts';
import {
  deadlineOf,
  type GuardEntry,
  guardEntry,
  type GuardHead,
  guardText,
  readGuardText,
  unnamed,
} from './guard.ts';
import type { Runtime } from './runtime.ts';

/** The guard and this machine's processes; `guard-process.ts` is the real one. */
export interface GuardPort {
  head: GuardHead;
  /** Since boot, sleep included. */
  uptimeMs(): number;
  /** The start time of a container's first process, or why it cannot be guarded. */
  identify(pid: number, containerId: string): { start: string } | { problem: string };
  isAlive(pid: number, start: string): boolean;
  /** What an earlier agent left. */
  read(): string | undefined;
  write(text: string): Promise<void>;
  /** Starts the guard over what is written. */
  launch(): void;
  /** Why no guard runs; '' when one does. */
  problem(): string;
  /** Leaves the guard to itself, or ends it when there is nothing left to guard. */
  close(left: 'containers' | 'nothing'): void;
}

/** A container that runs for a lease. */
interface Watched {
  /** '' for one that an earlier agent has found and this one has not taken up yet. */
  containerId: string;
  /** Known once the engine has been asked. */
  process?: { pid: number; start: string };
  /** The last entry, and the deadline that it was made for: kept, so that it counts the time that the machine sleeps. */
  entry?: GuardEntry;
  deadline?: number;
  problem: string;
}

/** Pause before the engine is asked again for a container's process. */
const againMs = 1_000;

/** See the head of this file. */
export class Guardian {
  readonly #port: GuardPort;
  readonly #runtime: Pick<Runtime, 'inspect'>;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #lease: (name: string) => Lease | undefined;
  readonly #watched = new Map<string, Watched>();
  #written = '';
  #writing = false;
  #again = false;
  #launched = false;
  #closed = false;
  #writeProblem = '';

  constructor(parts: {
    port: GuardPort;
    runtime: Pick<Runtime, 'inspect'>;
    clock: Clock;
    log: Log;
    lease: (name: string) => Lease | undefined;
  }) {
    this.#port = parts.port;
    this.#runtime = parts.runtime;
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#lease = parts.lease;
    for (const entry of readGuardText(parts.port.read() ?? '', parts.port.head.bootId)) {
      const { name, pid, start } = entry;
      if (pid === 0) this.#watched.set(name, { containerId: start, entry, problem: '' });
      else this.#watched.set(name, { containerId: '', process: { pid, start }, entry, problem: '' });
    }
  }

  /** Starts the guard. */
  start(): void {
    this.refresh();
  }

  /** A container is about to be started: its process is not known yet, and must not outlive its lease all the same. */
  expect(lease: Lease, containerId: string): void {
    if (this.#watched.has(leaseName(lease))) return;
    this.#watched.set(leaseName(lease), { containerId, problem: '' });
    this.refresh();
  }

  /** A container has been started or taken up. */
  watch(lease: Lease, containerId: string): void {
    const before = this.#watched.get(leaseName(lease));
    const watched: Watched = { ...before, containerId, problem: '' };
    this.#watched.set(leaseName(lease), watched);
    this.#identify(leaseName(lease), watched).catch((error: unknown) =>
      this.#log.error('guard_failed', { error: SuanlinkError.from(error) }),
    );
  }

  /** Its container is gone. */
  release(lease: Lease): void {
    if (this.#watched.delete(leaseName(lease))) this.refresh();
  }

  /** A lease has changed: writes what is new. */
  refresh(): void {
    this.#again = true;
    if (this.#writing || this.#closed) return;
    this.#write().catch((error: unknown) =>
      this.#log.error('guard_failed', { error: SuanlinkError.from(error) }),
    );
  }

  /** What is not guarded and why; '' when all is well. */
  problem(): string {
    const one = [...this.#watched].find(([, { problem }]) => problem !== '');
    return (
      this.#port.problem() ||
      this.#writeProblem ||
      (one ? `the container of ${one[0]}: ${one[1].problem}` : '')
    );
  }

  /** Leaves the guard to itself with what it knows; ends it when no container runs. */
  close(): void {
    this.#closed = true;
    this.#port.close(this.#watched.size > 0 ? 'containers' : 'nothing');
  }

  async #identify(name: string, watched: Watched): Promise<void> {
    const current = (): boolean => this.#watched.get(name) === watched && !this.#closed;
    while (current()) {
      try {
        const seen = await this.#runtime.inspect(watched.containerId);
        if (seen?.state !== 'running') return;
        const found = seen.pid === undefined ? undefined : this.#port.identify(seen.pid, watched.containerId);
        if (found && 'start' in found) watched.process = { pid: seen.pid ?? 0, start: found.start };
        watched.problem = found ? ('problem' in found ? found.problem : '') : 'the engine names no process';
        this.refresh();
        return;
      } catch (caught) {
        // The engine does not answer: the agent's own stop does not work either, so go on asking.
        watched.problem = SuanlinkError.from(caught, 'engine_error').message;
        const until = this.#clock.now() + againMs;
        await new Promise<void>((resolve) => void this.#clock.at(until, resolve));
      }
    }
  }

  async #write(): Promise<void> {
    this.#writing = true;
    while (this.#again && !this.#closed) {
      this.#again = false;
      const text = guardText(this.#port.head, this.#entries());
      if (text === this.#written) continue;
      try {
        await this.#port.write(text);
        this.#written = text;
        this.#writeProblem = '';
        if (!this.#launched) this.#port.launch();
        this.#launched = true;
      } catch (caught) {
        this.#writeProblem = `the guard cannot be told: ${SuanlinkError.from(caught, 'storage_failed').message}`;
      }
    }
    this.#writing = false;
  }

  #entries(): GuardEntry[] {
    const clock = { now: this.#clock.now(), uptimeMs: this.#port.uptimeMs() };
    return [...this.#watched].flatMap(([name, watched]) => {
      const { containerId } = watched;
      const process = watched.process ?? unnamed(containerId);
      if (!process) return [];
      const lease = this.#lease(name);
      const mayGo = containerId === '' || !lease;
      if (mayGo && !(process.pid > 0 && this.#port.isAlive(process.pid, process.start))) {
        this.#watched.delete(name);
        return [];
      }
      const deadline = lease && deadlineOf(lease);
      // Of a lease that is not known here, what the earlier agent wrote stands.
      if (deadline !== undefined && deadline !== watched.deadline) {
        watched.deadline = deadline;
        watched.entry = guardEntry({ name, ...process }, deadline, clock);
      }
      return watched.entry ? [{ ...watched.entry, ...process }] : [];
    });
  }
}
