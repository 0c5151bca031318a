/** What an agent is made from, and what it is then: types only. */
import type { RecentDocument } from '../proto/status.ts';
import type { Clock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import type { SharingPolicy } from './capacity/policy.ts';
import type { OfferingParts } from './capacity/offering.ts';
import type { Enrolment, NodeKey } from './link/identity.ts';
import type { Dial } from './link/transport.ts';
import type { Journal } from './lease/journal.ts';
import type { LocalPort, LocalServer } from './local/server.ts';
import type { ImageLimits } from './runtime/images.ts';
import type { GuardPort } from './runtime/guardian.ts';
import type { EngineInfo, Runtime } from './runtime/runtime.ts';
import type { OwnLimits } from './runtime/spec.ts';
import type { CounterSource } from './usage/meter.ts';

/** Everything the agent is made from; `main.ts` gives the real parts, tests give others. */
export interface AgentParts {
  clock: Clock;
  log: Log;
  version: string;
  bootId: string;
  nodeName: string;
  key: NodeKey;
  enrolment: Enrolment;
  dial: Dial;
  journal: Journal;
  runtime: Runtime;
  engine: EngineInfo;
  engineDescription: string;
  limits: OwnLimits;
  counters: CounterSource;
  /** The watchdog outside this process; absent where there is no process to guard. */
  guard?: GuardPort;
  offering: OfferingParts;
  images: ImageLimits;
  /** Bound of what waits for the scheduler on disk; only output is ever left out for it. */
  outboxBytes?: number;
  /** How long leases may go on after their owner's own use of a card was noticed; see `reclaim.ts`. */
  reclaimNoticeMs: number;
  /** What an earlier process has left to show. */
  recent?: RecentDocument;
  /** Opens the control socket. */
  serve: (port: LocalPort) => Promise<LocalServer>;
  /** A number in [0, 1): jitter. */
  random: () => number;
  /** Called once when the agent can no longer keep its promises (the journal cannot be written). */
  onBroken: (error: Error) => void;
}

/** A running agent. */
export interface Agent {
  /** Leaves containers running. */
  stop(): Promise<void>;
  /** Takes no new leases until this process ends; resolves when none is left. Other than a drain it is not remembered. */
  finish(reason: string): Promise<void>;
  /** The owner's policy is another one from now on. */
  setPolicy(policy: SharingPolicy): void;
  port: LocalPort;
}
