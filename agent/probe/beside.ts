/**
 * What is asked beside inventory and telemetry: who uses the devices, and how they are linked. Both are one more process
 * of the vendor's tool, so they run between two other steps of its loop, seldom, and a failure is only a note. Impure only
 * through `Tools`.
 */
import { type CgroupFacts, cgroupFacts } from './cgroup-owner.ts';
import { withProcesses, withTopology } from './learned.ts';
import type { ProcessReading, Reading, Tools, TopologyReading } from './probe.ts';
import { failed } from './reading.ts';
import { layoutOf } from './state.ts';
import { asked, type VendorWatch } from './vendor-watch.ts';

/** More processes than any node runs on its cards; what is beyond is listed without owner. */
const maxProcesses = 512;
/** A matrix that cannot be read is asked for so often while the cards stay the same. */
const topologyTries = 3;

/**
 * What /proc says of the processes. Empty unless we see the machine's own process numbers: the tools print those, and in
 * another pid namespace the same number is another process. The kernel's thread 2 tells.
 */
async function visible(
  tools: Pick<Tools, 'readText'>,
  rows: readonly ProcessReading[],
): Promise<Map<number, CgroupFacts>> {
  const pids = [...new Set(rows.flatMap(({ pid }) => pid ?? []))].slice(0, maxProcesses);
  if (pids.length === 0 || (await tools.readText('/proc/2/comm'))?.trim() !== 'kthreadd') return new Map();
  const found = await Promise.all(
    pids.map(async (pid) => [pid, cgroupFacts((await tools.readText(`/proc/${pid}/cgroup`)) ?? '')] as const),
  );
  return new Map(found.flatMap(([pid, facts]) => (facts === undefined ? [] : [[pid, facts] as const])));
}

/** Takes a process table in. */
export async function learnProcesses(watch: VendorWatch, rows: readonly ProcessReading[]): Promise<void> {
  const facts = await visible(watch.parts.tools, rows);
  if (watch.signal.aborted) return;
  watch.learn(withProcesses(watch.known(), rows, facts, watch.ours(), watch.parts.clock.now()));
}

/** Asks who uses the devices, where that is a command of its own; resolves with how long it took in ms. */
export async function askProcesses(watch: VendorWatch): Promise<number> {
  const { probe, parts } = watch;
  const { processes } = probe;
  if (processes === undefined) return 0;
  const startedAt = parts.clock.now();
  const answer = await asked<Reading>(watch, () => processes(parts.tools), failed);
  if (watch.signal.aborted) return 0;
  if (answer.status === 'present') await learnProcesses(watch, answer.processes ?? []);
  else watch.learn({ ...watch.known(), processesProblem: `processes: ${answer.reason}` });
  return parts.clock.now() - startedAt;
}

/** For which cards links have been asked, and how often. */
export interface TopologyAsked {
  layout: string;
  tries: number;
}

/** Asks for the links when the cards are others than those asked for last. The result goes into the next call. */
export async function askTopology(watch: VendorWatch, before: TopologyAsked): Promise<TopologyAsked> {
  const { probe, parts } = watch;
  const { topology } = probe;
  const layout = layoutOf(watch.known()).join('\n');
  const tries = layout === before.layout ? before.tries : 0;
  const isDone = tries >= topologyTries || (tries > 0 && watch.known().topologyProblem === '');
  if (topology === undefined || isDone) return { layout, tries };
  const answer = await asked<TopologyReading | null | { problem: string }>(
    watch,
    () => topology(parts.tools),
    (problem) => ({ problem }),
  );
  if (!watch.signal.aborted) watch.learn(withTopology(watch.known(), answer));
  return { layout, tries: tries + 1 };
}
