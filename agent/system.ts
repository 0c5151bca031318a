/**
 * Wires the agent: builds every part once, connects the stages (probe → capacity → link → lease → runtime → usage),
 * starts them in order and stops them in the reverse one. No decisions are made here.
 */
import type { Message, Welcome } from '../proto/messages.ts';
import { SuanlinkError } from '../proto/codes.ts';
import type { LeaseKey, StopReason } from '../proto/lease.ts';
import { createOffering, type Look, type Offering } from './capacity/offering.ts';
import type { SharingPolicy } from './capacity/policy.ts';
import { Face, type FaceFacts } from './face.ts';
import { Link } from './link/link.ts';
import { LeaseDriver } from './lease/driver.ts';
import { leaseName } from './lease/journal.ts';
import { heldPhase, type Lease } from './lease/lease.ts';
import type { LocalPort } from './local/server.ts';
import type { Agent, AgentParts } from './parts.ts';
import { Renewer } from './renewer.ts';
import { oursOf } from './reclaim.ts';
import { Images } from './runtime/images.ts';
import { Guardian } from './runtime/guardian.ts';
import { lookInside } from './runtime/inside.ts';
import { Reconciler } from './runtime/reconcile.ts';
import type { ContainerSpec } from './runtime/runtime.ts';
import { containerSpec } from './runtime/spec.ts';
import { Meter, sampleMs } from './usage/meter.ts';
import { sealUsage } from './usage/seal.ts';
import { Withdrawals } from './withdraw.ts';

/** See `AgentParts.outboxBytes`. */
const defaultOutboxBytes = 256 * 1024 * 1024;

/** How long the journal may take to close. */
const closeMs = 2_000;

/** How often it is looked whether the last lease has ended. */
const idleLookMs = 200;
/** How long the end of the last lease is waited to be acknowledged before the agent ends. */
const tellMs = 20_000;

/** The wiring; a class only because its parts refer to each other. */
class System {
  readonly #parts: AgentParts;
  readonly #face: Face;
  readonly #offering: Offering;
  readonly #leases: LeaseDriver;
  readonly #link: Link;
  readonly #reconciler: Reconciler;
  readonly #meter: Meter;
  readonly #guardian: Guardian | undefined;
  readonly #withdrawals: Withdrawals;
  readonly #images: Images;
  readonly #renewer: Renewer;
  #heartbeatMs = 10_000;
  #cancelHeartbeat: () => void = () => {};
  #cancelSampling: () => void = () => {};

  constructor(parts: AgentParts) {
    this.#parts = parts;
    this.#face = new Face(parts.clock, () => this.#facts(), parts.recent);
    this.#offering = createOffering(parts.offering, parts);
    this.#meter = new Meter(parts.counters);
    this.#leases = new LeaseDriver({
      journal: parts.journal,
      clock: parts.clock,
      log: parts.log,
      bootId: parts.bootId,
      outboxBytes: parts.outboxBytes ?? defaultOutboxBytes,
      ports: {
        pump: () => this.#link.pump(),
        wake: (name) => this.#woken(name),
        seal: (message) => sealUsage(message, parts.enrolment.nodeId, parts.key.sign),
        send: (message) => void this.#link.send(message),
        onBroken: parts.onBroken,
      },
    });
    this.#link = new Link({
      dial: parts.dial,
      clock: parts.clock,
      random: parts.random,
      log: parts.log,
      identity: {
        nodeId: parts.enrolment.nodeId,
        nodeName: parts.nodeName,
        key: parts.key,
        bootId: parts.bootId,
        agentVersion: parts.version,
      },
      ports: {
        outbox: (afterSeq, limit) => parts.journal.outbox(afterSeq, limit),
        ready: (welcome) => this.#ready(welcome),
        message: (message) => this.#heard(message),
        acknowledged: (seq) => this.#await('acknowledge', this.#leases.acknowledge(seq)),
        changed: () => this.#face.linkChanged(),
      },
    });
    const { guard, runtime, clock, log } = parts;
    const lease = (name: string): Lease | undefined => this.#leases.lease(name);
    this.#guardian = guard && new Guardian({ port: guard, runtime, clock, log, lease });
    this.#withdrawals = this.#makeWithdrawals(parts);
    this.#images = new Images({
      runtime,
      clock,
      log,
      limits: parts.images,
      pinned: () => this.#leases.images(),
      notes: (prefix) => this.#leases.notes(prefix),
      putNote: (name, value) => this.#leases.putNote(name, value),
    });
    this.#reconciler = this.#makeReconciler(parts);
    this.#renewer = this.#makeRenewer(parts);
  }

  #makeWithdrawals({ clock, log, bootId, reclaimNoticeMs }: AgentParts): Withdrawals {
    return new Withdrawals({
      clock,
      log,
      bootId,
      noticeMs: reclaimNoticeMs,
      ports: {
        leases: () => this.#leases.leases(),
        end: (lease, reason, message) => this.#stopLease(lease, reason, message, lease.offer.work.graceMs),
        inventory: () => this.#offering.inventory(),
        used: () => this.#offering.reclaimed(),
        note: (name) => this.#leases.note(name),
        putNote: (name, value) => this.#leases.putNote(name, value),
        drained: (drain) => this.#offering.drain(drain),
      },
    });
  }

  #makeRenewer({ clock, random }: AgentParts): Renewer {
    return new Renewer({
      clock,
      random,
      ports: {
        leases: () => this.#leases.leases(),
        strays: () => this.#reconciler.quarantine.map(({ lease: leaseId, epoch }) => ({ leaseId, epoch })),
        send: (message) => this.#link.send(message),
        keep: (key, ttlMs, sentAt) =>
          this.#await('renew', this.#leases.apply(key, { kind: 'renewed', ttlMs, sentAt })),
        stop: (key, reason, message, graceMs) => this.#stopLease(key, reason, message, graceMs),
        disown: (key) => this.#await('disown', this.#reconciler.disown(key)),
      },
    });
  }

  #makeReconciler({ runtime, clock, log, enrolment }: AgentParts): Reconciler {
    return new Reconciler({
      runtime,
      clock,
      log,
      agent: enrolment.nodeId,
      leases: this.#leases,
      context: {
        runtime,
        accountant: this.#meter,
        images: {
          pull: (lease, progress, signal) =>
            this.#images.pull(lease, this.#face.pulling(lease, progress), signal),
          used: (image) => this.#images.used(image),
        },
        guard: {
          expect: (lease, id) => this.#guardian?.expect(lease, id),
          watch: (lease, id) => this.#guardian?.watch(lease, id),
          release: (lease) => this.#guardian?.release(lease),
        },
        clock,
        log,
        spec: (lease) => this.#specOf(lease),
        started: (lease, id) => this.#await('look inside', this.#lookInside(lease, id)),
        take: (lease, stream, offset, data) => {
          this.#face.took(lease, stream, data);
          return this.#leases.output(lease, stream, offset, data);
        },
      },
    });
  }

  /** The container for a lease, with exactly its devices. */
  #specOf(lease: Lease): ContainerSpec {
    const { engine, enrolment, limits } = this.#parts;
    const { work, acceleratorIds } = lease.offer;
    return containerSpec({
      key: lease,
      agent: enrolment.nodeId,
      work,
      acceleratorIds,
      granted: this.#offering.grant(acceleratorIds),
      engine,
      limits,
      cgroupParent: this.#meter.parentFor(lease, work.memoryBytes),
    });
  }

  /** Whether the container really has its devices; runs beside the job. */
  #lookInside(lease: Lease, id: string): Promise<void> {
    const looks = (): Look[] => this.#offering.looks(lease.offer.acceleratorIds);
    return lookInside(this.#parts, looks, lease, id, (event) => this.#leases.apply(lease, event));
  }

  async start(): Promise<Agent> {
    this.#withdrawals.restore();
    await this.#offering.start(
      () => this.#inventoryChanged(),
      () => oursOf(this.#leases.leases()),
    );
    this.#face.open(await this.#parts.serve(this.port));
    this.#guardian?.start();
    await this.#reconciler.start();
    this.#leases.start();
    this.#withdrawals.check();
    await this.#meter.clean('start');
    this.#images.start();
    this.#scheduleSample();
    this.#renewer.start();
    this.#link.start();
    return {
      stop: () => this.#stop(),
      finish: (reason) => this.#finish(reason),
      setPolicy: (policy: SharingPolicy) => this.#offering.setPolicy(policy),
      port: this.port,
    };
  }

  readonly port: LocalPort = {
    status: () => this.#face.status(),
    recent: () => this.#face.recent(),
    log: (leaseId, after) => this.#face.log(leaseId, after),
    end: (leaseId, reason) => this.#withdrawals.endHere(leaseId, reason),
    drain: (reason, deadlineMs) => this.#withdrawals.drain(reason || 'asked for on the node', deadlineMs),
    undrain: () => this.#withdrawals.undrain(),
    reconnect: () => this.#link.reconnect(),
  };

  async #finish(reason: string): Promise<void> {
    this.#withdrawals.pause(reason);
    while (this.#leases.leases().some(({ state }) => state !== 'ended')) await this.#pause(idleLookMs);
    // The scheduler is to know how they ended; one that is away hears it from the next agent.
    const { clock } = this.#parts;
    const until = clock.now() + tellMs;
    while (this.#leases.leases().length > 0 && clock.now() < until) await this.#pause(idleLookMs);
  }

  async #stop(): Promise<void> {
    this.#renewer.stop();
    this.#cancelHeartbeat();
    this.#withdrawals.stop();
    this.#images.close();
    this.#cancelSampling();
    this.#link.stop();
    this.#reconciler.close();
    this.#leases.stop();
    this.#guardian?.close();
    await this.#face.close();
    await this.#offering.stop();
    await this.#meter.clean('later');
    // A disk that hangs does not keep the agent from ending: what is not written was promised to nobody.
    await Promise.race([this.#parts.journal.close(), this.#pause(closeMs)]);
  }

  #pause(ms: number): Promise<void> {
    const { clock } = this.#parts;
    return new Promise((resolve) => void clock.at(clock.now() + ms, resolve));
  }

  #woken(name: string): void {
    this.#reconciler.wake(name);
    this.#guardian?.refresh();
    this.#renewer.wake();
    this.#face.leaseChanged(this.#leases.lease(name));
  }

  /** A session stands: what we hold, what we offer, and a renewal at once. */
  #ready(welcome: Welcome): void {
    this.#heartbeatMs = welcome.heartbeatMs;
    this.#offering.newSession();
    const leases = this.#leases
      .leases()
      .map((lease) => ({ leaseId: lease.leaseId, epoch: lease.epoch, phase: heldPhase(lease.state) }));
    this.#link.send({ kind: 'heldLeases', value: { leases } });
    this.#link.send({ kind: 'inventory', value: this.#offering.inventory() });
    this.#renewer.session();
    this.#heartbeat();
  }

  #inventoryChanged(): void {
    this.#link.send({ kind: 'inventory', value: this.#offering.inventory() });
    this.#face.changed();
    this.#withdrawals.check();
  }

  #stopLease(key: LeaseKey, reason: StopReason, message: string, graceMs: number): void {
    this.#await('stop', this.#leases.apply(key, { kind: 'stop', reason, message, graceMs }));
  }

  #heard(message: Message): void {
    switch (message.kind) {
      case 'offer':
        return this.#await('offer', this.#leases.offered(message.value, this.#offering.inventory()));
      case 'commit':
        return this.#await('commit', this.#leases.committed(message.value));
      case 'stop': {
        const { reason, message: why, graceMs } = message.value;
        return this.#stopLease(message.value, reason, why, graceMs);
      }
      case 'renewed':
        return this.#renewer.answered(message.value);
      case 'heartbeatAck':
        return this.#offering.acknowledged(message.value.sample);
      default:
        // A kind that only agents send, or one of a newer scheduler: nothing to do with it.
        this.#parts.log.debug('message_ignored', { kind: message.kind });
    }
  }

  #scheduleSample(): void {
    const { clock } = this.#parts;
    this.#cancelSampling = clock.at(clock.now() + sampleMs, () => {
      this.#meter.sampleAll();
      this.#await('clean', this.#meter.clean('later'));
      this.#scheduleSample();
    });
  }

  #heartbeat(): void {
    const { clock } = this.#parts;
    this.#cancelHeartbeat();
    this.#link.send({ kind: 'heartbeat', value: this.#offering.heartbeat() });
    this.#cancelHeartbeat = clock.at(clock.now() + this.#heartbeatMs, () => this.#heartbeat());
  }

  /** Work that nobody waits for: its failure is logged; a broken journal has already stopped the agent. */
  #await(doing: string, work: Promise<void>): void {
    work.catch((error: unknown) =>
      this.#parts.log.error('failed', { doing, error: SuanlinkError.from(error) }),
    );
  }

  /** What the control socket shows of the parts. */
  #facts(): FaceFacts {
    const { enrolment, version, nodeName, journal, engineDescription } = this.#parts;
    return {
      version,
      pid: process.pid,
      nodeId: enrolment.nodeId,
      name: nodeName,
      org: enrolment.org,
      schedulerUrl: enrolment.schedulerUrl,
      link: this.#link.state,
      unacknowledged: this.#leases.unacknowledged,
      outboxBytes: journal.outboxBytes(),
      engine: {
        description: engineDescription,
        problem: this.#reconciler.engineProblem,
        quarantined: this.#reconciler.quarantined,
      },
      problems: {
        journal: journal.problem(),
        outbox: this.#leases.outboxProblem(),
        guard: this.#guardian?.problem() ?? '',
      },
      inventory: this.#offering.inventory(),
      probes: this.#offering.probes(),
      host: this.#offering.hostUse(),
      leases: this.#leases.leases(),
      waiting: (lease) => this.#reconciler.waiting(leaseName(lease)),
    };
  }
}

/** Builds and starts an agent. Rejects when a part cannot start; nothing is left running then. */
export async function startAgent(parts: AgentParts): Promise<Agent> {
  return new System(parts).start();
}
