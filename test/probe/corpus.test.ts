/**
 * Conformance: every capture of the corpus, read with its arguments and without, against the facts in its sidecar. The
 * captures are other people's output and stay outside this repository: `SUANLINK_CORPUS` names their folder, or they
 * lie in `shared/corpus` beside it. A capture of a vendor that no probe is registered for fails.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readingToJson, type ReadingJson } from '../../agent/probe/output.ts';
import { parseCapture, probes } from '../../agent/probe/registry.ts';

interface Sidecar {
  command: string;
  kind?: string;
  driver?: string | null;
  accelerators: number;
  processes?: number;
  lost?: unknown;
  topology?: { cpu_affinity?: Record<string, string>; links?: unknown };
  expect: Record<string, unknown>[];
}

interface Capture {
  name: string;
  vendor: string;
  text: string;
  meta: Sidecar;
}

const folder = process.env['SUANLINK_CORPUS'] ?? resolve(import.meta.dirname, '../../../shared/corpus');
const sidecar = '.meta.json';

function capturesOf(vendor: string): Capture[] {
  const files = readdirSync(join(folder, vendor));
  return files
    .filter((file) => file.endsWith(sidecar))
    .map((file) => {
      const base = file.slice(0, -sidecar.length);
      const text = files.find((each) => each.startsWith(`${base}.`) && !each.endsWith(sidecar)) ?? file;
      return {
        name: `${vendor}/${text}`,
        vendor,
        text: readFileSync(join(folder, vendor, text), 'utf8'),
        meta: JSON.parse(readFileSync(join(folder, vendor, file), 'utf8')) as Sidecar,
      };
    });
}

const captures = existsSync(folder)
  ? readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap((entry) => capturesOf(entry.name))
  : [];

/** Facts that differ, as text; a field that must be null may not be missing. */
function wrongFacts(expected: unknown, got: unknown, path: string): string[] {
  if (typeof expected === 'object' && expected !== null) {
    const inside: Record<string, unknown> = typeof got === 'object' && got !== null ? { ...got } : {};
    const size = Array.isArray(expected) && Array.isArray(got) && expected.length !== got.length;
    const wrong = Object.entries(expected).flatMap(([key, value]) =>
      wrongFacts(value, inside[key], `${path}.${key}`),
    );
    return size ? [`${path}: ${expected.length} expected, ${got.length} read`, ...wrong] : wrong;
  }
  return expected === got
    ? []
    : [`${path}: ${JSON.stringify(expected)} expected, ${JSON.stringify(got)} read`];
}

function judged({ meta }: Capture, json: ReadingJson): string[] {
  const wrong = wrongFacts(meta.expect, json.devices, 'devices');
  const errors = meta.kind === 'error' || meta.kind === 'truncated';
  if (errors && json.status === 'present') wrong.push(`status: present, for ${meta.kind}`);
  if (!errors && json.status !== 'present') wrong.push(`status: ${json.status} (${json.reason})`);
  if (errors && (json.reason ?? '') === '') wrong.push('no reason');
  const processes = json['processes'];
  if (meta.processes !== undefined && (!Array.isArray(processes) || processes.length !== meta.processes))
    wrong.push(`processes: ${meta.processes} expected`);
  if (meta.lost !== undefined) wrong.push(...wrongFacts(meta.lost, json['lost'], 'lost'));
  const affinity = meta.topology?.cpu_affinity;
  if (affinity !== undefined)
    wrong.push(...wrongFacts({ cpu_affinity: affinity }, json['topology'], 'topology'));
  return wrong;
}

describe('corpus', () => {
  it('is there', () => {
    expect(
      captures.length,
      `no captures in ${folder}: set SUANLINK_CORPUS to the folder of captures`,
    ).toBeGreaterThan(0);
  });

  it('has a probe for every vendor', () => {
    const vendors = new Set(captures.map(({ vendor }) => vendor));
    expect([...vendors].filter((vendor) => !probes.some((probe) => probe.vendor === vendor))).toEqual([]);
  });

  const registered = captures.filter(({ vendor }) => probes.some((probe) => probe.vendor === vendor));
  it.each(registered.map((capture) => [capture.name, capture] as const))('%s', (_name, capture) => {
    const [tool = '', ...args] = capture.meta.command.split(/\s+/);
    const named = parseCapture(tool, args.join(' '), capture.text);
    expect(judged(capture, readingToJson(named))).toEqual([]);
    const bare = parseCapture(tool, '', capture.text);
    expect(judged(capture, readingToJson(bare))).toEqual([]);
    // Windows line ends and a tool's own colours change nothing.
    const windows = parseCapture(tool, args.join(' '), `\uFEFF${capture.text.replaceAll('\n', '\r\n')}`);
    expect(readingToJson(windows)).toEqual(readingToJson(named));
  });
});
