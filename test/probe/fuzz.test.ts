/**
 * The properties of `properties.ts`, a seeded part of them; and outputs that are made to be slow to read. A failure
 * prints the case; the seed makes it come again.
 */
import { describe, expect, test } from 'vitest';
import { probes } from '../../agent/probe/registry.ts';
import { inventedValues, properties, sources } from './properties.ts';

const seed = Number(process.env['SUANLINK_FUZZ_SEED'] ?? 20260711);
const cases = Number(process.env['SUANLINK_FUZZ_CASES'] ?? 400);

describe('undamaged output of the stand-in tools', () => {
  test.each(sources(1))('$title', ({ tool, args, text }) => {
    const probe = probes.find(({ programs }) => programs.includes(tool));
    const known = probe?.parse(tool, args, text);
    const unknown = probe?.parse(tool, '', text);
    expect(known?.status).toBe('present');
    if (known?.status !== 'present' || unknown === undefined) return;
    expect(known.truncated).toBeUndefined();
    const single = / -i \d/.test(args);
    expect(known.devices).toHaveLength(args.includes('topo') ? 0 : single ? 1 : 8);
    expect(inventedValues(known, text)).toStrictEqual([]);
    // Without its arguments and without a header a query tells only what can be nothing else.
    if (!args.includes('noheader')) expect(unknown).toStrictEqual(known);
    else expect(unknown.status).toBe('present');
  });
});

describe('damage', () => {
  test.each(Object.entries(properties))(
    '%s',
    (_, property) => {
      property({ seed, cases });
    },
    60_000,
  );
});

describe('outputs made to be slow to read', () => {
  const size = 1 << 20;
  const lots = [
    '<',
    '<gpu>',
    '|',
    '| ',
    '+-',
    ' ',
    '\t',
    ',',
    '"',
    ': ',
    'a: ',
    '[',
    '{',
    '{"a":',
    '&',
    '\u001b[',
    '=',
    '/',
    '0',
    'GPU 0: ',
    '(UUID: ',
    'N/A ',
    '-',
  ];
  test.each(probes.map(({ vendor }) => vendor))(
    '%s reads a megabyte of anything in linear time',
    (vendor) => {
      const probe = probes.find((each) => each.vendor === vendor);
      for (const part of lots)
        for (const head of [
          '',
          '<nvidia_smi_log>',
          'GPU 00000000:01:00.0\n',
          '| NPU   Name | Health | Power(W) |\n',
        ]) {
          const text = head + part.repeat(size / part.length);
          const startedAt = performance.now();
          const reading = probe?.parse(probe.programs[0] ?? '', '', text);
          const elapsedMs = performance.now() - startedAt;
          expect(reading?.status, `${JSON.stringify(part)} after ${JSON.stringify(head)}`).toBeDefined();
          expect(elapsedMs, `ms for ${JSON.stringify(part)} after ${JSON.stringify(head)}`).toBeLessThan(
            2500,
          );
        }
    },
  );
});
