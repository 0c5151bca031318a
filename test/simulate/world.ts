/**
 * One simulated world: a scheduler, its clients, and compute nodes, all running the product's own code, from one seed.
 *
 * A run has two parts. In the first, jobs arrive and faults strike. In the second everything is mended, and every job
 * must end, every container go and every account be square. After every happening the invariants are checked; the first
 * that does not hold ends the run with its story.
 */
import { type JobId, makeId, parseOrg } from '../../proto/ids.ts';
import type { JobSpec } from '../../proto/api.ts';
import type { Principal } from '../../scheduler/control.ts';
import { defaultTerms } from '../../scheduler/queue/shares.ts';
import { principal, seed as idBytes } from '../scheduler/values.ts';
import { Chance } from './chance.ts';
import { Invariants, Violation } from './invariants.ts';
import { Network } from './network.ts';
import { SimNode } from './node.ts';
import { lender, type Plan, randomPlan } from './plan.ts';
import { options, SimScheduler } from './scheduler.ts';
import { Story } from './story.ts';
import { SimTime } from './time.ts';

/** How long the world may take to settle after all trouble, in ms. */
const settleMs = 900_000;
/** Who submits. */
const tenant: Principal = principal('tenant', parseOrg('acme'));

/** What one run came to. */
export interface Result {
  seed: number;
  steps: number;
  virtualMs: number;
  jobs: number;
  leases: number;
  containers: number;
  faults: Map<string, number>;
  /** The first violation, with the story that led to it; undefined when all was well. */
  violation: { what: string; story: string[] } | undefined;
}

/** A job as its client sees it. */
interface Submission {
  key: string;
  spec: JobSpec;
  by: Principal;
  jobId: JobId | undefined;
}

/** See the head of this file. */
export class World {
  readonly time = new SimTime();
  readonly chance: Chance;
  readonly story: Story;
  readonly network: Network;
  readonly scheduler: SimScheduler;
  readonly nodes: SimNode[];
  readonly submissions: Submission[] = [];
  readonly invariants: Invariants;
  /** False in the second part of a run. */
  isTroubled = true;
  readonly #plan: Plan;

  constructor(seed: number, planned?: Plan) {
    this.chance = new Chance(seed);
    this.#plan = planned ?? randomPlan(this.chance);
    this.story = new Story(() => this.time.now);
    const { time, chance, story } = this;
    this.network = new Network(time, chance.fork(), story, (message) => this.invariants.granted(message));
    const { network } = this;
    this.scheduler = new SimScheduler({
      ...{ time, chance: chance.fork(), story, network, options },
      written: (writes) => this.invariants.written(writes),
    });
    this.nodes = this.#plan.nodes.map((cards, n) => {
      const parts = { time, chance: chance.fork(), story, network };
      return new SimNode(parts, n, makeId('node', idBytes(n)), cards);
    });
    for (const node of this.nodes) this.scheduler.disk.nodes.set(node.nodeId, node.record());
    const { guaranteedCards = 0 } = this.#plan;
    const value = { ...defaultTerms(lender), guaranteedCards };
    this.scheduler.disk.settings.set(`terms ${lender}`, { kind: 'terms', name: lender, value });
    this.invariants = new Invariants(this);
  }

  /** Runs the world to its end. */
  async run(seed: number): Promise<Result> {
    let steps = 0;
    let violation: Result['violation'];
    try {
      this.#begin();
      steps += await this.#until(this.#plan.troubleMs);
      this.#mend();
      steps += await this.#until(this.#plan.troubleMs + settleMs, () => this.#isQuiet());
      this.invariants.atEnd();
    } catch (caught) {
      if (!(caught instanceof Violation)) throw caught;
      violation = { what: caught.message, story: this.story.lines(caught.about, 120) };
    }
    return {
      ...{ seed, steps, virtualMs: this.time.now, jobs: this.submissions.length },
      leases: this.scheduler.disk.leases.size,
      containers: this.nodes.reduce((sum, { engine }) => sum + engine.truths.length, 0),
      faults: this.story.faults,
      violation,
    };
  }

  #begin(): void {
    const { time, chance } = this;
    this.scheduler.start();
    for (const node of this.nodes) time.after(chance.whole(0, 500), undefined, () => node.start());
    this.#plan.arrivals.forEach(({ at, spec, by }, n) =>
      time.after(at, undefined, () => this.#submit(n, spec, by)),
    );
    for (const { at, run } of this.#plan.troubles) time.after(at, undefined, () => run(this));
  }

  /** Takes happenings until there are none before `limit` or `isDone`; the number of them. */
  async #until(limit: number, isDone: () => boolean = () => false): Promise<number> {
    let steps = 0;
    let checkedAt = 0;
    while (this.time.next(limit)) {
      steps += 1;
      // Everything that waits on promises alone runs before the next happening.
      await new Promise<void>((resolve) => setImmediate(resolve));
      this.invariants.check();
      if (this.time.now < checkedAt) continue;
      checkedAt = this.time.now + 1000;
      if (isDone()) break;
    }
    return steps;
  }

  /** The end of all trouble. */
  #mend(): void {
    this.isTroubled = false;
    this.story.tell('world', 'everything is mended');
    this.scheduler.manner.stuckUntil = 0;
    this.scheduler.manner.crash = undefined;
    this.scheduler.life.frozenUntil = 0;
    this.scheduler.start();
    for (const node of this.nodes) {
      Object.assign(node.weather, { drop: 0, double: 0, swap: 0, delayMs: 2, upUntil: 0, downUntil: 0 });
      Object.assign(node.disk, { stuckUntil: 0, crash: undefined, latencyMs: 1 });
      node.engine.heal();
      node.isHeldDown = false;
      for (const card of [...node.failedCards]) node.setCard(card, true);
      node.start();
      this.#undrain(node);
    }
  }

  /** As an operator does: again, until the agent is there and has done it. */
  #undrain(node: SimNode): void {
    const again = (): void => void this.time.after(1000, undefined, () => this.#undrain(node));
    if (node.agent) node.agent.port.undrain().catch(again);
    else again();
  }

  #isQuiet(): boolean {
    return (
      this.scheduler.openJobs().length === 0 &&
      this.submissions.every(({ jobId }) => jobId !== undefined) &&
      this.nodes.every(
        ({ engine, journal }) => engine.containers.size + journal.leases.size + journal.outbox.size === 0,
      )
    );
  }

  #submit(n: number, spec: JobSpec, org = tenant.org): void {
    const by = principal('tenant', org);
    const submission: Submission = { key: `key-${n}`, spec, by, jobId: undefined };
    this.submissions.push(submission);
    this.#ask(submission);
  }

  /** As a pipeline does: with an idempotency key, again until there is an answer. */
  #ask(submission: Submission): void {
    const { core, life } = this.scheduler;
    const again = (): void =>
      void this.time.after(1500, undefined, () => {
        if (submission.jobId === undefined) this.#ask(submission);
      });
    again();
    if (!core || life.frozenUntil > this.time.now) return;
    core.control.submit(submission.by, submission.spec, submission.key).then(
      ({ id }) => {
        const jobId = id as JobId;
        if (submission.jobId !== undefined && submission.jobId !== jobId)
          this.invariants.fail(`${submission.key} became two jobs`, [submission.jobId, jobId]);
        submission.jobId = jobId;
      },
      (error: unknown) => this.story.tell('client', `${submission.key} is not taken: ${String(error)}`),
    );
  }
}
