/**
 * Hostile text (properties): whatever happens to an output, reading it ends, does not throw, shows no more devices than
 * the tool printed, and no number that the text does not hold. `SUANLINK_FUZZ_RUNS` sets the runs per property; the
 * soak script asks for 100,000 cases in all.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeviceReading, Reading } from '../../agent/probe/probe.ts';
import { parseCapture } from '../../agent/probe/registry.ts';
import { type Sample, samples } from './samples.ts';

const numRuns = Number(process.env['SUANLINK_FUZZ_RUNS'] ?? 40);
const settings = { numRuns, seed: 20_261_123 };

/** Values that the parser counts itself: the order of devices, and how many rows there were. */
const counted = new Set(['index', 'position', 'samples']);

function numbersOf(value: unknown, key = ''): number[] {
  if (counted.has(key)) return [];
  if (typeof value === 'number') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => numbersOf(each, name));
}

/** Numbers of the text, also as MiB for the case that a flipped letter makes another unit of `MiB`. */
function textNumbers(text: string): Set<number> {
  return new Set(
    [...text.matchAll(/\d+(?:\.\d+)?/g)].flatMap(([word]) =>
      [Number(word), ...word.split('.').map(Number)].flatMap((value) => [
        value,
        -value,
        Math.floor(value / 1024),
        Math.floor(value / 1048576),
        value * 1024,
        value * 1048576,
        value / 1000,
        value * 1000,
      ]),
    ),
  );
}

function devicesOf(reading: Reading): DeviceReading[] {
  return reading.status === 'present' ? reading.devices : [];
}

/** What must hold for any text made from a sample. `most`: how many devices it can show at most. */
function holds(sample: Sample, text: string, most = sample.devices): void {
  const started = performance.now();
  const reading = parseCapture(sample.tool, sample.args, text);
  expect(performance.now() - started).toBeLessThan(2000);
  const devices = devicesOf(reading);
  expect(devices.length).toBeLessThanOrEqual(most);
  const held = textNumbers(text);
  expect(devices.flatMap((device) => numbersOf(device)).filter((value) => !held.has(value))).toEqual([]);
  if (reading.status !== 'present') expect(reading.reason).not.toBe('');
}

describe.each(samples.map((sample) => [sample.name, sample] as const))('%s', (_name, sample) => {
  const lines = sample.text.split('\n');
  const position = fc.nat(sample.text.length);

  it('reads whole', () => {
    const reading = parseCapture(sample.tool, sample.args, sample.text);
    expect(devicesOf(reading)).toHaveLength(sample.devices);
    holds(sample, sample.text);
  });

  it('cut at every byte', () => {
    // Every byte of the soak; every seventh (a prime, so that all columns come) in the short run.
    const step = numRuns > 100 ? 1 : 7;
    for (let at = 0; at <= sample.text.length; at += step) holds(sample, sample.text.slice(0, at));
  });

  it('cut in front', () => {
    fc.assert(
      fc.property(position, (at) => holds(sample, sample.text.slice(at))),
      settings,
    );
  });

  it('flipped bytes', () => {
    const flips = fc.array(fc.tuple(position, fc.nat(255)), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(flips, (list) => {
        const bytes = [...sample.text];
        for (const [at, code] of list) if (at < bytes.length) bytes[at] = String.fromCharCode(code);
        // A flip can part a row's identity from its repetition, so a looping output may show one more per flip.
        holds(sample, bytes.join(''), sample.devices + list.length);
      }),
      settings,
    );
  });

  it('repeated lines', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(lines.length - 1), { maxLength: 8 }), (again) => {
        const text = lines.flatMap((line, at) => (again.includes(at) ? [line, line] : [line])).join('\n');
        holds(sample, text);
      }),
      settings,
    );
  });

  it('reordered lines', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(lines, { minLength: lines.length }), (mixed) =>
        holds(sample, mixed.join('\n')),
      ),
      settings,
    );
  });

  it('widened columns', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 24 }), (more) => {
        // Runs of blanks and borders grow, as they do from version to version.
        const wide = sample.text
          .replace(/ {2,}(?=\S)/g, (run) => run + ' '.repeat(more))
          .replace(/-{4,}/g, (run) => run + '-'.repeat(more));
        const before = devicesOf(parseCapture(sample.tool, sample.args, sample.text));
        expect(devicesOf(parseCapture(sample.tool, sample.args, wide))).toEqual(before);
      }),
      { ...settings, numRuns: Math.min(numRuns, 24) },
    );
  });

  it('values that are not available', () => {
    const words = fc.constantFrom(
      'N/A',
      '[N/A]',
      '-',
      'ERR!',
      '[Not Supported]',
      'Unknown Error',
      '[Insufficient Permissions]',
    );
    const values = [...sample.text.matchAll(/\d+(?:\.\d+)?(?: ?(?:MiB|W|C|%))?/g)];
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(values.length - 1), words), { maxLength: 10 }), (list) => {
        let text = sample.text;
        for (const [which, word] of list.toSorted(([a], [b]) => b - a)) {
          const { index = 0, 0: value = '' } = values[which] ?? {};
          text = text.slice(0, index) + word + text.slice(index + value.length);
        }
        holds(sample, text);
      }),
      settings,
    );
  });
});

describe('any text', () => {
  const tools = [...new Set(samples.map(({ tool }) => tool))];

  it('is read by every tool without a throw', () => {
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.json());
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
