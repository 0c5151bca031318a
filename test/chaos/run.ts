/**
 * A chaos run: jobs that bear witness, faults one after another (and sometimes two at once), invariants looked at all the
 * time, and at the end every account compared: what each job wrote, how it ended, what was billed, what is left behind.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobView, NodeView, UsageView } from '../../proto/api.ts';
import { until } from '../e2e/harness.ts';
import { Chance } from '../simulate/chance.ts';
import { Bed } from './bed.ts';
import { listOurs } from './engine-truth.ts';
import { faults } from './faults.ts';
import { compare, type Witness, witness } from './jobs.ts';
import { Watch } from './watch.ts';

/** What is wanted. */
export interface ChaosOptions {
  minutes: number;
  seed: number;
  /** Hears of every round. */
  tell: (line: string) => void;
}

/** What a run came to. */
export interface ChaosReport {
  seed: number;
  minutes: number;
  rounds: number;
  faults: Record<string, number>;
  jobs: number;
  leases: number;
  containers: number;
  looks: number;
  ends: Record<string, number>;
  bytes_compared: number;
  card_seconds_compared: number;
  /** Jobs of which only a prefix of the log was asked for: Docker was killed while they ran. */
  prefixes_only: number;
  violations: string[];
}

const settleMs = 180_000;
/** Jobs that may be open at once. */
const mostOpen = 16;

function someJob(chance: Chance): Witness {
  const lines = chance.pick([5, 30, 80, 150, 250]);
  return witness(lines, chance.pick([0, 0, 3]), chance.is(0.2), {
    accelerators: chance.pick([0, 1, 1, 2]),
    ...(chance.is(0.15) ? { on_lost: 'keep_until', keep_ms: 10_000 } : {}),
  });
}

/** Submits as a pipeline does: with a key, again until there is an answer. */
async function submit(bed: Bed, { spec }: Witness, key: string): Promise<JobView> {
  return until(`${key} to be taken`, () => bed.admin.submit(spec, key).catch(() => undefined), 60_000);
}

/** Faults until the time is up; sometimes a second one strikes meanwhile. */
async function trouble(
  bed: Bed,
  chance: Chance,
  until: number,
  report: ChaosReport,
  tell: ChaosOptions['tell'],
): Promise<void> {
  const names = Object.keys(faults);
  const strike = async (): Promise<void> => {
    const name = chance.pick(names);
    const node = chance.pick(bed.nodes);
    report.faults[name] = (report.faults[name] ?? 0) + 1;
    tell(`${name} (${node.name})`);
    await faults[name]?.(bed, node, chance);
  };
  while (performance.now() < until) {
    report.rounds += 1;
    await strike();
    await sleep(chance.whole(500, 3000));
  }
}

/** Whether Docker was killed while the job ran: then what its container wrote meanwhile is lost, by Docker. */
function lostItsDaemon(bed: Bed, { lease, submitted_at, end }: JobView): boolean {
  const node = bed.nodes.find(({ name }) => name === lease?.node_name);
  const from = Date.parse(submitted_at);
  const to = Date.parse(end?.ended_at ?? submitted_at);
  return (
    node?.engine.kind === 'docker' &&
    node.engine.outages.some((outage) => outage.from < to && outage.to > from)
  );
}

/** Everything that must be so when all jobs have ended. */
async function settle(bed: Bed, jobs: ReadonlyMap<string, Witness>, report: ChaosReport): Promise<void> {
  const wrong = (error: unknown): void =>
    void report.violations.push(error instanceof Error ? error.message : String(error));
  const usage: UsageView[] = (await bed.admin.call('GET', '/v1/usage?limit=1000')).body.usage;
  const names = usage.map(({ lease_id, epoch, part }) => `${lease_id} ${epoch} ${part}`);
  if (new Set(names).size !== names.length) wrong('I5: a usage record is there twice');
  for (const [id, wanted] of jobs) {
    try {
      const { job, stdout } = await bed.admin.follow(id);
      report.ends[job.end?.reason ?? 'none'] = (report.ends[job.end?.reason ?? 'none'] ?? 0) + 1;
      const mayLack = lostItsDaemon(bed, job);
      if (mayLack) report.prefixes_only += 1;
      const { bytes, cardMs } = compare(wanted, job, stdout, mayLack);
      report.bytes_compared += bytes;
      report.card_seconds_compared += cardMs / 1000;
    } catch (error) {
      wrong(error);
    }
  }
  report.leases = (await bed.admin.call('GET', '/v1/leases?live=false&limit=1000')).body.leases.length;
  for (const { kind, now } of bed.engines) {
    const left = await until(
      `${kind} to be empty`,
      async () => ((await listOurs(now.socketPath, false)).length === 0 ? true : undefined),
      30_000,
    ).catch(() => false);
    if (!left) wrong(`${kind} has ${(await listOurs(now.socketPath, false)).length} containers of ours left`);
  }
}

/** How many of our jobs have not ended; more than any bound while the scheduler does not answer. */
async function openJobs(bed: Bed, jobs: ReadonlyMap<string, Witness>): Promise<number> {
  try {
    const { body } = await bed.admin.call('GET', '/v1/jobs?limit=1000');
    return (body.jobs as JobView[]).filter(({ id, state }) => jobs.has(id) && state !== 'ended').length;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** How everything stands, for whoever must find out why it does not go on. */
async function scene(bed: Bed): Promise<string[]> {
  const { nodes } = (await bed.admin.call('GET', '/v1/nodes')).body as { nodes: NodeView[] };
  const { jobs } = (await bed.admin.call('GET', '/v1/jobs?limit=1000')).body as { jobs: JobView[] };
  const open = jobs.filter(({ state }) => state !== 'ended');
  const statuses = bed.nodes.map(async ({ name, agent, isHeldDown }) => {
    const { child, said } = agent.process;
    const status = await agent.status().then(JSON.stringify, String);
    const last = said().trim().split('\n').slice(-8);
    return [`agent ${name}: exit ${child.exitCode}, held down ${isHeldDown}, ${status}`, ...last];
  });
  return [
    ...nodes.map(({ name, state, free, accelerators }) =>
      JSON.stringify({ name, state, free, accelerators }),
    ),
    `${open.length} jobs are open`,
    ...open
      .slice(-5)
      .map(({ id, state, waiting_reason, lease }) => JSON.stringify({ id, state, waiting_reason, lease })),
    ...(await Promise.all(statuses)).flat(),
    ...bed.scheduler.process.said().trim().split('\n').slice(-10),
  ];
}

/** Runs it and takes everything down again. */
export async function runChaos({ minutes, seed, tell }: ChaosOptions): Promise<ChaosReport> {
  const chance = new Chance(seed);
  const bed = new Bed();
  const report: ChaosReport = {
    ...{ seed, minutes, rounds: 0, faults: {}, jobs: 0, leases: 0, containers: 0, looks: 0, ends: {} },
    ...{ bytes_compared: 0, card_seconds_compared: 0, prefixes_only: 0, violations: [] },
  };
  const watch = new Watch(bed);
  try {
    await bed.start();
    tell(`two engines, a scheduler and ${bed.nodes.length} agents are up`);
    watch.start();
    const end = performance.now() + minutes * 60_000;
    const jobs = new Map<string, Witness>();
    const arriving = async (): Promise<void> => {
      const own = chance.fork();
      for (let n = 1; performance.now() < end; n += 1) {
        // No more than the six cards can work off before the run must end.
        await until(
          'room for one more job',
          async () => ((await openJobs(bed, jobs)) < mostOpen ? true : undefined),
          minutes * 60_000 + settleMs,
        );
        const wanted = someJob(own);
        const { id } = await submit(bed, wanted, `chaos-${seed}-${n}`);
        jobs.set(id, wanted);
        await sleep(own.whole(300, 2500));
      }
    };
    await Promise.all([
      arriving(),
      trouble(bed, chance, end, report, tell),
      trouble(bed, chance.fork(), end, report, tell),
    ]);
    tell('all is mended; waiting for every job to end');
    report.jobs = jobs.size;
    await until(
      'every job to end',
      async () => ((await openJobs(bed, jobs)) === 0 ? true : undefined),
      settleMs,
    );
    await settle(bed, jobs, report);
  } catch (error) {
    report.violations.push(`liveness: ${error instanceof Error ? error.message : String(error)}`);
    for (const line of await scene(bed).catch((cause: unknown) => [String(cause)])) tell(line);
  } finally {
    await watch.stop();
    report.violations.push(...watch.violations);
    Object.assign(report, { containers: watch.containers, looks: watch.samples });
    await bed.stop();
  }
  return report;
}
