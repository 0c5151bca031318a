/**
 * Watches all vendors at once and always has an answer.
 *
 * The problem: looking takes seconds, hangs now and then, and costs; the rest of the agent asks at any moment and must
 * never wait. So nobody asks a tool but this file, and everybody reads `snapshot()`, which is only memory.
 *
 * How it works: one loop per vendor, and one step at a time in it, so a vendor never has two children and a hung one
 * delays nobody else. A round is: is the tool there (else look again in a minute, a few `stat`s); inventory, with the PCI
 * bus beside it; then telemetry until the next inventory is due, by one long-lived child where the tool can loop, else by
 * polling, with at least ten times the tool's own run time between two polls. A round ends early when a sample shows
 * other devices, when a health fact changes, or when telemetry fails; after a failure the next one waits, longer each
 * time up to a minute. Who uses the devices and how they are linked is asked between those steps (`beside.ts`), and the
 * kernel's log is listened to all the time (`kmsg.ts`).
 *
 * When something goes wrong: a failed look keeps the last good reading beside its age (`inventory.ts`); a child that
 * cannot be killed keeps its program busy (`tools.ts`), the looks fail with that reason, and the first look after its end
 * succeeds. Nothing is kept on disk: after a restart the first round tells all.
 */
import type { Clock } from '../base/clock.ts';
import { askProcesses, askTopology, learnProcesses, type TopologyAsked } from './beside.ts';
import { absentLook, failedLook, presentLook } from './inventory.ts';
import { kernelEvents } from './kernel-log.ts';
import { type Known, unasked } from './known.ts';
import { withKernelEvent, withTopology } from './learned.ts';
import { busCards } from './pci.ts';
import { withPlaces } from './place.ts';
import type { ProbeAnswer, VendorProbe } from './probe.ts';
import { failed } from './reading.ts';
import type { Ours, ProbeSnapshot } from './snapshot.ts';
import { contentOf, generationOf, stateOf } from './state.ts';
import { follow } from './telemetry.ts';
import { asked, restartPauseMs, type VendorWatch, type WatcherParts } from './vendor-watch.ts';

/** Sees what accelerators this machine has. `agent/capacity` knows it under the same shape. */
export interface ProbeWatcher {
  /**
   * Resolves once every vendor has answered or failed; `onChange` is called after every change of content. `ours` says
   * what this agent runs, to tell its own processes from others.
   */
  start(onChange: () => void, ours?: () => Ours): Promise<void>;
  /** What is known now; waits for nothing. */
  snapshot(): ProbeSnapshot;
  /** Ends what runs and resolves when the loops have. */
  stop(): Promise<void>;
}

/** The program to name to people: the first that is there. */
async function present(watch: VendorWatch): Promise<string | undefined> {
  for (const program of watch.probe.programs)
    if ((await watch.parts.tools.find(program)) !== undefined) return program;
  return undefined;
}

/** Asks for the inventory, with the bus beside it. True when the answer told who uses the devices as well. */
async function look(watch: VendorWatch, program: string): Promise<boolean> {
  const { probe, parts } = watch;
  const [answer, bus] = await Promise.all([
    asked<ProbeAnswer>(watch, () => probe.inventory(parts.tools), failed),
    busCards(parts.tools, probe),
  ]);
  if (watch.signal.aborted) return false;
  switch (answer.status) {
    case 'present': {
      const devices = await withPlaces(parts.tools, answer.devices);
      const known = presentLook(watch.known(), { ...answer, devices }, bus, program, parts.clock.now());
      watch.learn(answer.topology === undefined ? known : withTopology(known, answer.topology));
      if (answer.processes === undefined) return false;
      await learnProcesses(watch, answer.processes);
      return true;
    }
    case 'absent':
      watch.learn(
        bus.length === 0
          ? absentLook(watch.known(), answer.reason)
          : failedLook(watch.known(), `${answer.reason}, but the PCI bus shows ${bus.length} cards`),
      );
      return false;
    case 'failed':
      watch.learn(failedLook(watch.known(), answer.reason));
      return false;
  }
}

async function missing(watch: VendorWatch): Promise<false> {
  const { programs } = watch.probe;
  const bus = await busCards(watch.parts.tools, watch.probe);
  const there = bus.length === 0 ? '' : `, though the PCI bus shows ${bus.length} of its cards`;
  const reason = `no trusted folder has ${programs.join(' or ')}${there}`;
  watch.learn(absentLook(watch.known(), reason));
  return false;
}

/** One vendor for ever. `answered` is called after every round's look. */
async function watchVendor(watch: VendorWatch, answered: () => void): Promise<void> {
  const { parts, signal } = watch;
  const { missingMs = 60_000 } = parts;
  let failures = 0;
  let changes = 0;
  let links: TopologyAsked = { layout: '', tries: 0 };
  while (!signal.aborted) {
    const program = await present(watch);
    const toldUse = await (program === undefined ? missing(watch) : look(watch, program));
    answered();
    const { status, devices } = watch.known();
    if (status === 'absent' || (status === 'present' && devices.length === 0)) {
      failures = 0;
      await watch.pause(missingMs);
      continue;
    }
    if (status === 'present') {
      if (!toldUse) await askProcesses(watch);
      links = await askTopology(watch, links);
    }
    const end = status === 'present' ? await follow(watch, failures) : 'failed';
    failures = end === 'failed' ? failures + 1 : 0;
    changes = end === 'changed' ? changes + 1 : 0;
    if (end === 'failed') await watch.pause(restartPauseMs(failures));
    // Inventory and telemetry that never agree must not make a busy loop.
    if (end === 'changed') await watch.pause(changes > 3 ? restartPauseMs(changes) : parts.intervalMs);
  }
}

/** Starts a vendor's loop: its first answer, and its end. */
function begin(watch: VendorWatch): { answered: Promise<void>; loop: Promise<void> } {
  const { promise: answered, resolve } = Promise.withResolvers<void>();
  const loop = watchVendor(watch, resolve).catch((error: unknown) => {
    watch.parts.log.error('probe_loop_ended', { vendor: watch.probe.vendor, error: String(error) });
    resolve();
  });
  return { answered, loop };
}

/** Sleeps on the clock, ended early by the signal. */
function pauses(clock: Clock, signal: AbortSignal): (ms: number) => Promise<void> {
  return (ms) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const wake = (): void => {
        cancel();
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const cancel = clock.at(clock.now() + ms, wake);
      signal.addEventListener('abort', wake);
    });
}

/** What the kernel has said: into the log, and to the cards that it is about. */
function hear(
  text: string,
  { log, clock }: WatcherParts,
  all: readonly Known[],
  learn: (next: Known) => void,
): void {
  const events = kernelEvents(text);
  for (const event of events) if (event.severity !== 'info') log.warn('kernel_event', { ...event });
  for (const before of all) {
    const next = events.reduce((known, event) => withKernelEvent(known, event, clock.now()), before);
    if (next !== before) learn(next);
  }
}

const nothingOurs: Ours = { leases: new Map(), cards: new Set() };

/** A watcher of `probes`; `start` it once. */
export function createWatcher(parts: WatcherParts): ProbeWatcher {
  const { probes, clock, log, bootId, kernelLog } = parts;
  const stopping = new AbortController();
  const { signal } = stopping;
  const known = new Map(probes.map((probe) => [probe.vendor, unasked(probe.vendor)]));
  let loops: Promise<void>[] = [];
  let notify: () => void = () => {};

  const all = (): Known[] => [...known.values()];
  const learn = (next: Known): void => {
    const before = known.get(next.vendor);
    known.set(next.vendor, next);
    if (before && contentOf(before) === contentOf(next)) return;
    if (next.status !== before?.status)
      log[next.status === 'failed' ? 'warn' : 'info']('probe', {
        vendor: next.vendor,
        status: next.status,
        ...(next.reason === '' ? {} : { reason: next.reason }),
      });
    notify();
  };
  const watchOf = (probe: VendorProbe, ours: () => Ours): VendorWatch => ({
    parts,
    probe,
    signal,
    known: () => known.get(probe.vendor) ?? unasked(probe.vendor),
    ours,
    learn,
    pause: pauses(clock, signal),
  });

  return {
    async start(onChange, ours = () => nothingOurs) {
      notify = onChange;
      kernelLog?.start((text) => hear(text, parts, all(), learn));
      if (kernelLog && kernelLog.problem() !== '')
        log.info('kernel_log', { problem: kernelLog.problem(), consequence: 'no kernel events are known' });
      const begun = probes.map((probe) => begin(watchOf(probe, ours)));
      loops = begun.map(({ loop }) => loop);
      await Promise.all(begun.map(({ answered }) => answered));
    },
    snapshot: () => ({
      vendors: all().map((each) => stateOf(each, clock.now())),
      generation: generationOf(bootId, all()),
      ...(kernelLog && { kernelLogProblem: kernelLog.problem() }),
    }),
    async stop() {
      stopping.abort();
      kernelLog?.stop();
      await Promise.all([...loops, parts.tools.stop?.()]);
      loops = [];
    },
  };
}
