/**
 * What the agent shows of itself on its control socket: the status, what has happened lately, the last lines of each
 * lease's output, how far pulls have come. It is told of things as they happen and asks for the rest when it is asked.
 */
import { SuanlinkError } from '../proto/codes.ts';
import type { LogDocument, RecentDocument, StatusLease, StatusSnapshot } from '../proto/status.ts';
import type { Clock } from './base/clock.ts';
import { leaseName } from './lease/journal.ts';
import type { Lease } from './lease/lease.ts';
import { Recent } from './local/recent.ts';
import type { LocalServer } from './local/server.ts';
import { leaseStatus, snapshot, type SnapshotParts } from './local/snapshot.ts';
import { LogTails } from './local/tails.ts';
import type { PullProgress } from './runtime/runtime.ts';

/** What it asks for when it is asked. */
export type FaceFacts = Omit<SnapshotParts, 'now' | 'wallMs' | 'startedAt' | 'pulled' | 'recentSeq'>;

/** Least distance between two looks at what has changed: the first is made at once, so that what is soon over is seen. */
const lookMs = 200;

/** One pull under way. */
interface Pull {
  startedAt: number;
  doneBytes: number;
  totalBytes: number;
}

/** See the head of this file. */
export class Face {
  readonly #clock: Clock;
  readonly #facts: () => FaceFacts;
  readonly #startedAt: number;
  readonly #recent = new Recent();
  readonly #tails = new LogTails();
  readonly #pulls = new Map<string, Pull>();
  #server: LocalServer | undefined;
  #cancelLook: (() => void) | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, facts: () => FaceFacts, before: RecentDocument | undefined) {
    this.#clock = clock;
    this.#facts = facts;
    this.#startedAt = clock.now();
    if (before) this.#recent.restore(before);
  }

  /** Shows itself on `server` from now on. */
  open(server: LocalServer): void {
    this.#server = server;
    this.changed();
  }

  /** Shows itself no longer. */
  async close(): Promise<void> {
    this.#cancelLook?.();
    await this.#server?.close();
  }

  /** Something about the node has changed. */
  changed(): void {
    this.#server?.changed();
    const now = this.#clock.now();
    this.#cancelLook ??= this.#clock.at(Math.max(now, this.#lookedAt + lookMs), () => {
      this.#cancelLook = undefined;
      this.#lookedAt = this.#clock.now();
      this.#recent.observe(this.status());
      this.#server?.changed();
    });
  }

  /** The link has changed: noted at once, or a scheduler that was lost for a moment would never have been. */
  linkChanged(): void {
    this.#recent.observe(this.status());
    this.changed();
  }

  /** A lease has changed; undefined: it is forgotten. */
  leaseChanged(lease: Lease | undefined): void {
    if (lease) {
      if (lease.state === 'ended') this.#tails.finish(lease.leaseId, this.#wall());
      if (lease.state !== 'starting') this.#pulls.delete(leaseName(lease));
      this.#recent.lease(this.#lease(lease), this.#wall());
    }
    this.changed();
  }

  /** A lease has written something. */
  took(lease: Lease, stream: 'stdout' | 'stderr', data: Uint8Array): void {
    this.#tails.take(lease.leaseId, stream, data, this.#wall());
  }

  /** What to tell of a pull: it is shown here, and then told to `progress`. */
  pulling(lease: Lease, progress: (p: PullProgress) => void): (p: PullProgress) => void {
    const startedAt = this.#clock.now();
    return (seen) => {
      this.#pulls.set(leaseName(lease), { startedAt, ...seen });
      progress(seen);
    };
  }

  /** The status document. */
  status(): StatusSnapshot {
    return snapshot({
      ...this.#facts(),
      now: this.#clock.now(),
      wallMs: this.#clock.wall(),
      startedAt: this.#startedAt,
      pulled: (lease) => this.#pulled(lease),
      recentSeq: this.#recent.seq,
    });
  }

  /** What has happened lately. */
  recent(): RecentDocument {
    return this.#recent.document();
  }

  /** Lines of a lease's output after number `after`; `not_found` when nothing is known of it. */
  log(leaseId: string, after: number): LogDocument {
    const lines = this.#tails.lines(leaseId, after);
    if (lines.length === 0 && !this.#knows(leaseId))
      throw new SuanlinkError('not_found', `no lease ${leaseId} is on this node, and none has ended lately`);
    return { schema: 'suanlink.log/v1', lease_id: leaseId, lines };
  }

  #knows(leaseId: string): boolean {
    return (
      this.#facts().leases.some((lease) => lease.leaseId === leaseId) ||
      this.#recent.document().ended.some(({ id }) => id === leaseId)
    );
  }

  #lease(lease: Lease): StatusLease {
    const { waiting } = this.#facts();
    return leaseStatus(lease, { now: this.#clock.now(), waiting, pulled: (each) => this.#pulled(each) });
  }

  #pulled(lease: Lease): StatusLease['pull'] {
    const pull = this.#pulls.get(leaseName(lease));
    if (!pull) return null;
    const seconds = Math.max(1, (this.#clock.now() - pull.startedAt) / 1000);
    return {
      done_bytes: pull.doneBytes,
      total_bytes: pull.totalBytes,
      bytes_per_second: Math.round(pull.doneBytes / seconds),
    };
  }

  #wall(): string {
    return new Date(this.#clock.wall()).toISOString();
  }
}
