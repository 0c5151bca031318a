/**
 * `suanlink probe`: what the vendors' tools say of this machine, once or again and again, without an agent. Both ways go
 * through the agent's own watcher, so what is shown is what an agent would see: looping tools, the PCI bus beside them,
 * health over time. A tool that hangs costs its deadline, and its vendor is shown as failed. No tool outlives the
 * command, however it ends.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProbeDocument } from '../../proto/probe.ts';
import { durationOption } from '../duration-option.ts';
import { exitCodes } from '../exit-codes.ts';
import { SpokenError } from '../i18n/spoken-error.ts';
import type { Translate } from '../i18n/translate.ts';
import { speech } from '../language.ts';
import { probeText, waitingFor } from '../probe-text.ts';
import { createScreen } from '../screen.ts';
import { onSignals, type Signals } from '../signals.ts';
import { print, say } from '../terminal.ts';

/** Options of `probe`. */
export interface ProbeOptions {
  vendor?: string[];
  toolPath?: string[];
  output: 'table' | 'json';
  watch?: boolean;
  interval: string;
  lang?: string;
}

/** The watcher as it is used here. */
interface Here {
  start(): Promise<void>;
  document(): ProbeDocument;
  stop(): Promise<void>;
}

/** Silence after which a person is told what is being waited for. */
const hintMs = 1_000;
/** How long changing values are waited for once every vendor has answered. */
const valuesMs = 5_000;

/** Resolves when `work` has, or at once when `signal` aborts. */
async function orAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  await Promise.race([work, sleep(2 ** 31 - 1, undefined, { signal, ref: false }).catch(() => {})]);
}

/** Waits until every vendor has answered, and those with devices have told their values too. */
async function answers(here: Here, ended: AbortSignal, t: Translate): Promise<void> {
  const hint = setTimeout(() => {
    say(t('probe.asking', { vendors: waitingFor(here.document()) }));
  }, hintMs);
  await orAborted(here.start(), ended);
  const until = performance.now() + valuesMs;
  while (!ended.aborted && performance.now() < until && waitingFor(here.document()) !== '') await sleep(20);
  clearTimeout(hint);
}

function once(here: Here, output: ProbeOptions['output'], t: Translate): void {
  const document = here.document();
  print(output === 'json' ? JSON.stringify(document, null, 2) : probeText(document, t));
}

/** Shows document after document until `ended`. */
async function watch(
  here: Here,
  output: ProbeOptions['output'],
  intervalMs: number,
  ended: AbortSignal,
  t: Translate,
): Promise<void> {
  const screen = output === 'json' ? undefined : createScreen();
  try {
    while (!ended.aborted) {
      const document = here.document();
      if (screen)
        screen.show(`${t('probe.watching', { time: document.generated_at })}\n\n${probeText(document, t)}`);
      else print(JSON.stringify(document));
      await sleep(intervalMs, undefined, { signal: ended }).catch(() => {});
    }
  } finally {
    screen?.close();
  }
}

/** Ends everything at the first signal or when nobody reads any more; at the second signal without waiting. */
function ending(signals: Signals): AbortController {
  const ended = new AbortController();
  signals.onFirst(() => ended.abort());
  process.stdout.removeAllListeners('error');
  process.stdout.on('error', () => ended.abort());
  return ended;
}

/** Shows what this machine has; 1 when a vendor's tool failed, 130 after Ctrl-C. */
export async function probe(options: ProbeOptions): Promise<number> {
  const intervalMs = durationOption(options.interval);
  if (intervalMs < 200) throw new SpokenError('invalid_argument', 'error.interval_short', { least: '200ms' });
  const t = await speech(options.lang);
  const { watchHere } = await import('../../agent/probe/watch-here.ts');
  const here = await watchHere({ vendors: options.vendor, toolPath: options.toolPath ?? [], intervalMs });
  const signals = onSignals();
  const ended = ending(signals);
  try {
    await answers(here, ended.signal, t);
    if (!ended.signal.aborted)
      await (options.watch
        ? watch(here, options.output, intervalMs, ended.signal, t)
        : once(here, options.output, t));
  } finally {
    await orAborted(here.stop(), signals.aborted);
    signals.stop();
  }
  if (signals.first !== undefined) return signals.exitCode;
  return here.document().probes.some(({ status }) => status === 'failed') ? exitCodes.failure : exitCodes.ok;
}
