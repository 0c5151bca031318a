/**
 * Hostile text (properties): whatever happens to an output, reading it ends, does not throw, shows no more devices than
 * the tool printed, and no number that the text does not hold. The damages are those of `npm run soak`, which runs
 * 100,000 of them; here a few of each, from a seed. `SUANLINK_FUZZ_RUNS` sets the runs per property.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCapture } from '../../agent/probe/registry.ts';
import { damaged, devicesOf, faultsOf, follower, timed, ways } from './damage.ts';
import { anyText } from './properties.ts';
import { samples } from './samples.ts';

const numRuns = Number(process.env['SUANLINK_FUZZ_RUNS'] ?? 40);
const settings = { numRuns, seed: 20_261_123 };

describe.each(samples.map((sample) => [sample.name, sample] as const))('%s', (_name, sample) => {
  const whole = parseCapture(sample.tool, sample.args, sample.text);
  const faults = (text: string, way: (typeof ways)[number]): string[] =>
    faultsOf(timed(sample, text).reading, { text, args: sample.args }, whole, way);

  it('reads whole', () => {
    expect(devicesOf(whole)).toHaveLength(sample.devices);
    expect(faults(sample.text, 'windows')).toEqual([]);
  });

  it('cut at every byte', () => {
    // Every byte in the soak; every seventh (a prime, so that all columns come) here.
    for (let at = 0; at <= sample.text.length; at += 7)
      expect(faults(sample.text.slice(0, at), 'cut')).toEqual([]);
  });

  it.each(ways)('%s', (way) => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const text = damaged(sample.text, way, follower(seed));
        expect(faults(text, way)).toEqual([]);
      }),
      settings,
    );
  });

  it('wider columns change nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 24 }), (more) => {
        // Runs of blanks and borders grow, as they do from version to version.
        const wide = sample.text
          .replace(/ {2,}(?=\S)/g, (run) => run + ' '.repeat(more))
          .replace(/-{4,}/g, (run) => run + '-'.repeat(more));
        expect(devicesOf(parseCapture(sample.tool, sample.args, wide))).toEqual(devicesOf(whole));
      }),
      { ...settings, numRuns: Math.min(numRuns, 24) },
    );
  });
});

describe('any text', () => {
  const tools = [...new Set(samples.map(({ tool }) => tool))];

  it('is read by every tool without a throw', () => {
    const text = fc.oneof(anyText, fc.json());
    fc.assert(
      fc.property(fc.constantFrom(...tools), fc.string(), text, (tool, args, words) => {
        parseCapture(tool, args, words);
      }),
      settings,
    );
  });

  it('takes linear time for more devices, messages and processes than any machine has', () => {
    const bus = (at: number): string => `${at.toString(16).padStart(8, '0')}:03:00.0`;
    const floods: readonly [tool: string, head: string, row: (at: number) => string][] = [
      ['nvidia-smi', 'Attached GPUs : 9\n', (at) => `GPU ${bus(at)}\n`],
      ['nvidia-smi', '', (at) => `WARNING: x corrupted at gpu ${bus(at)}\n${at}, NVIDIA a, ${bus(at)}\n`],
      ['nvidia-smi', 'GPU 0: a (UUID: GPU-1)\n', (at) => `MIG 1g Device ${at}: (UUID: MIG-${at})\n`],
      ['nvidia-smi', '# gpu pid command\n', (at) => `${at} ${at} x\n`],
      ['rocm-smi', '', (at) => `GPU[${at}] : a${at}: b\n`],
      ['amd-smi', 'GPU: 0\n', (at) => `  PROCESS_INFO:\n    PID: ${at}\n`],
      ['amd-smi', 'gpu,size\n', (at) => `${at},5\n`],
      ['xpu-smi', '', (at) => `| Device ID | ${at} |\n`],
      ['hl-smi', '', (at) => `[${at}] AIP (accel0) 0000:43:00.0\n`],
      ['hl-smi', 'index, name\n', (at) => `${at}, HL-225\n`],
    ];
    for (const [tool, head, row] of floods) {
      let text = head;
      for (let at = 0; text.length < 200_000; at += 1) text += row(at);
      const started = process.threadCpuUsage();
      parseCapture(tool, '', text);
      const { user, system } = process.threadCpuUsage(started);
      expect((user + system) / 1000, `${tool}: ${row(7)}`).toBeLessThan(500);
    }
  });

  it('takes linear time for long runs of one character', () => {
    for (const tool of tools)
      for (const part of [
        ' ',
        '|',
        '<',
        '<a>',
        '-',
        ':',
        'GPU ',
        '\u001b[',
        '\n',
        '"',
        '"",',
        '/',
        '{',
        '| NPU Name |',
        '| GPU Name | Bus-Id |\n',
      ]) {
        // Processor time, because the machine may be busy with other tests.
        const started = process.threadCpuUsage();
        parseCapture(tool, '', part.repeat(200_000 / part.length));
        const { user, system } = process.threadCpuUsage(started);
        expect((user + system) / 1000, `${tool}: ${JSON.stringify(part)}`).toBeLessThan(500);
      }
  });
});
