/** What the demo prints about a finished job. Pure. */
import type { JobView } from '../../proto/api.ts';

/** Micro-yuan as yuan with as many digits as it takes to show something, and its meaning in words. */
export function yuan(microYuan: number): string {
  return `¥${(microYuan / 1e6).toFixed(6)}`;
}

/** A bar chart of the phases: where the time went, one line each. */
export function timeline(phases: readonly { name: string; at_ms: number }[], width = 40): string[] {
  const last = Math.max(1, ...phases.map((phase) => phase.at_ms));
  return phases.map(({ name, at_ms }, i) => {
    const next = phases[i + 1]?.at_ms ?? at_ms;
    const from = Math.round((at_ms / last) * width);
    const to = Math.max(from, Math.round((next / last) * width));
    const bar = `${' '.repeat(from)}${i + 1 < phases.length ? '█'.repeat(Math.max(1, to - from)) : '▏'}`;
    return `  ${name.padEnd(10)} ${String(at_ms).padStart(6)} ms  ${bar}`;
  });
}

/** The bill and the timeline of an ended job, line by line. */
export function bill(job: JobView): string[] {
  const end = job.end;
  if (!end) return ['the job has not ended'];
  const { usage } = end;
  const seconds = (ms: number): string => (ms / 1000).toFixed(3);
  return [
    `exit code     ${end.exit_code ?? 'none'} (${end.reason})`,
    `output        ${end.stdout_bytes} bytes, sha256 ${end.stdout_sha256.slice(0, 16)}…`,
    `card-seconds  ${seconds(usage.card_ms)} (${usage.cards} × ${usage.model || 'no card'})`,
    `CPU-seconds   ${seconds(usage.cpu_ms)}${usage.cpu_exact ? '' : ' (last sample)'}`,
    `memory peak   ${(usage.memory_peak_bytes / 2 ** 20).toFixed(1)} MiB`,
    `price         ${yuan(usage.price_micro_yuan)} (tariff ${usage.tariff})`,
    'where the time went',
    ...timeline(end.timeline),
  ];
}
