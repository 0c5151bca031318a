/**
 * Conformance: what `suanlink probe parse` makes of every capture in the corpus of real tool output, which lies beside
 * the repository and is never copied into it. Three things are held for each capture: every expected fact is right
 * (null where the tool names a field without a value, never 0), no device is there that is not in the output, and the
 * answer is the same when the arguments of the command are not known.
 *
 * Where the corpus is: `SUANLINK_CORPUS`, else `../shared/corpus` beside the repository. Without it this file fails.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readingToJson } from '../../agent/probe/output.ts';
import { parseCapture } from '../../agent/probe/registry.ts';

const corpus = resolve(process.env['SUANLINK_CORPUS'] ?? join(import.meta.dirname, '../../../shared/corpus'));

const Facts = z.looseObject({
  command: z.string(),
  kind: z.string().default('inventory'),
  driver: z.string().nullable().default(null),
  expect: z.array(z.record(z.string(), z.unknown())),
  lost: z.array(z.string()).optional(),
  processes: z.number().optional(),
  topology: z.looseObject({}).optional(),
});

interface Capture {
  name: string;
  text: string;
  facts: z.infer<typeof Facts>;
}

/** Captures with their sidecars; a capture without a sidecar, or the other way round, throws. */
function captures(): Capture[] {
  const folders = readdirSync(corpus, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.flatMap(({ name: vendor }) => {
    const names = readdirSync(join(corpus, vendor));
    return names
      .filter((name) => !name.endsWith('.meta.json'))
      .map((name) => {
        const sidecar = `${name.replace(/\.[a-z]+$/, '')}.meta.json`;
        return {
          name: `${vendor}/${name}`,
          text: readFileSync(join(corpus, vendor, name), 'utf8'),
          facts: Facts.parse(JSON.parse(readFileSync(join(corpus, vendor, sidecar), 'utf8'))),
        };
      });
  });
}

/** Tools and arguments by which a capture may be handed in: `rocm-smi/hy-smi … --json` are two tools. */
function invocations(command: string): { tool: string; args: string }[] {
  const [tools = '', ...rest] = command.split(' ');
  return tools.split('/').flatMap((tool) => [
    { tool, args: rest.join(' ') },
    { tool: `/opt/vendor/bin/${tool}`, args: '' },
  ]);
}

const bare = (version: unknown): string =>
  String(version ?? '')
    .replace(/^v/i, '')
    .toLowerCase();

describe.skipIf(!existsSync(corpus))('captures', () => {
  const all = existsSync(corpus) ? captures() : [];

  test('the corpus is whole', () => {
    expect(all.length).toBeGreaterThanOrEqual(55);
    expect(new Set(all.map(({ name }) => name.split('/')[0])).size).toBeGreaterThanOrEqual(12);
  });

  const cases = all.flatMap((capture) =>
    invocations(capture.facts.command).map(({ tool, args }) => ({
      ...capture,
      tool,
      args,
      title: `${capture.name} as ${tool}${args === '' ? ' (arguments unknown)' : ''}`,
    })),
  );

  test.each(cases)('$title', ({ facts, text, tool, args }) => {
    const json = readingToJson(parseCapture(tool, args, text));
    const { devices } = json;

    // Only what is expected of a device is compared: a reading may know more of it.
    const told = devices.map((device, i) =>
      Object.fromEntries(Object.keys(facts.expect[i] ?? {}).map((key) => [key, device[key]])),
    );
    const trimmedMig = told.map((device, i) => ({
      ...device,
      ...(Array.isArray(device['mig']) ? { mig: likeExpected(device['mig'], facts.expect[i]?.['mig']) } : {}),
    }));
    expect(trimmedMig).toStrictEqual(facts.expect);

    switch (facts.kind) {
      case 'error':
        expect(json.status).not.toBe('present');
        expect(json.reason).toMatch(/\w+ \w+/);
        break;
      case 'truncated':
        expect(json.status === 'failed' || json['truncated'] === true).toBe(true);
        break;
      default:
        expect(json.status).toBe('present');
        expect(json['truncated']).toBeUndefined();
    }
    const versions = [json['driver_version'], json['tool_version']].filter((each) => each != null);
    if (facts.driver !== null && versions.length > 0)
      expect(versions.map(bare)).toContain(bare(facts.driver));
    if (facts.lost) expect(json['lost']).toStrictEqual(facts.lost);
    if (facts.processes !== undefined) expect(json['processes']).toHaveLength(facts.processes);
    if (facts.topology) expectTopology(json['topology'], facts.topology);
  });
});

/** The children with only those fields that their expectation has; all children stay. */
function likeExpected(children: readonly unknown[], expected: unknown): unknown[] {
  const wanted: unknown[] = Array.isArray(expected) ? expected : [];
  return children.map((child, i) =>
    Object.fromEntries(Object.keys(Object(wanted[i] ?? {})).map((key) => [key, Object(child)[key]])),
  );
}

const Matrix = z.object({
  devices: z.array(z.string()),
  links: z.record(z.string(), z.record(z.string(), z.string())),
  cpu_affinity: z.record(z.string(), z.string()).optional(),
  numa_affinity: z.record(z.string(), z.string()).optional(),
});

function expectTopology(read: unknown, facts: Record<string, unknown>): void {
  const matrix = Matrix.parse(read);
  if (facts['gpus']) expect(matrix.devices).toStrictEqual(facts['gpus']);
  for (const axis of ['cpu_affinity', 'numa_affinity'] as const)
    if (facts[axis]) expect(matrix[axis]).toStrictEqual(facts[axis]);
  // `HCCS between every pair`: all cells off the diagonal.
  const every = /^(\w+) between every pair$/.exec(String(facts['links']))?.[1];
  if (every === undefined) return;
  for (const row of matrix.devices)
    for (const column of matrix.devices)
      expect(matrix.links[row]?.[column]).toBe(row === column ? 'X' : every);
}

test('the corpus is beside the repository', () => {
  expect(
    existsSync(corpus),
    `no corpus at ${corpus}: set SUANLINK_CORPUS; without it nothing is proven`,
  ).toBe(true);
});
