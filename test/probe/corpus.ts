/**
 * The corpus of captures and the judgement of a reading against a sidecar. The captures are other people's output and
 * stay outside this repository: `SUANLINK_CORPUS` names their folder, or they lie in `shared/corpus` beside it.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ReadingJson } from '../../agent/probe/output.ts';

/** What a sidecar says of its capture. */
interface Sidecar {
  command: string;
  kind?: string;
  processes?: number;
  lost?: unknown;
  topology?: { cpu_affinity?: Record<string, string>; numa_affinity?: Record<string, string> };
  expect: Record<string, unknown>[];
}

/** One capture with its facts. */
export interface Capture {
  /** `vendor/file`. */
  name: string;
  vendor: string;
  path: string;
  text: string;
  /** The program as typed, and what followed it. */
  tool: string;
  args: string;
  meta: Sidecar;
}

/** What came of comparing one reading with a sidecar. */
export interface Judgement {
  /** How many facts were compared. */
  facts: number;
  /** One line for each that differs. */
  wrong: string[];
}

/** Where the captures are. */
export const corpusFolder =
  process.env['SUANLINK_CORPUS'] ?? resolve(import.meta.dirname, '../../../shared/corpus');
const sidecar = '.meta.json';

function capturesOf(vendor: string): Capture[] {
  const files = readdirSync(join(corpusFolder, vendor));
  return files
    .filter((file) => file.endsWith(sidecar))
    .map((file) => {
      const base = file.slice(0, -sidecar.length);
      const text = files.find((each) => each.startsWith(`${base}.`) && !each.endsWith(sidecar)) ?? file;
      const path = join(corpusFolder, vendor, text);
      const meta = JSON.parse(readFileSync(join(corpusFolder, vendor, file), 'utf8')) as Sidecar;
      const [tool = '', ...args] = meta.command.split(/\s+/);
      return {
        name: `${vendor}/${text}`,
        vendor,
        path,
        text: readFileSync(path, 'utf8'),
        tool,
        args: args.join(' '),
        meta,
      };
    });
}

/** Every capture; none when the folder is not there. */
export function captures(): Capture[] {
  if (!existsSync(corpusFolder)) return [];
  return readdirSync(corpusFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .flatMap((entry) => capturesOf(entry.name));
}

/** Compares what is expected, leaf by leaf, with what was read; a field that must be null may not be missing. */
function compare(expected: unknown, got: unknown, path: string): Judgement {
  if (typeof expected === 'object' && expected !== null) {
    const inside: Record<string, unknown> = typeof got === 'object' && got !== null ? { ...got } : {};
    const parts = Object.entries(expected).map(([key, value]) =>
      compare(value, inside[key], `${path}.${key}`),
    );
    const sizes = Array.isArray(expected)
      ? [counted(expected.length, Array.isArray(got) ? got.length : undefined, path)]
      : [];
    return sum([...sizes, ...parts]);
  }
  return fact(expected === got, `${path}: ${JSON.stringify(expected)} expected, ${JSON.stringify(got)} read`);
}

function fact(right: boolean, complaint: string): Judgement {
  return { facts: 1, wrong: right ? [] : [complaint] };
}

function counted(expected: number, got: number | undefined, path: string): Judgement {
  return fact(expected === got, `${path}: ${expected} expected, ${got ?? 'none'} read`);
}

/** Several judgements as one. */
function sum(parts: readonly Judgement[]): Judgement {
  return {
    facts: parts.reduce((total, { facts }) => total + facts, 0),
    wrong: parts.flatMap(({ wrong }) => wrong),
  };
}

/** Holds what was read of a capture against all that its sidecar says. */
export function judge({ meta }: Capture, json: ReadingJson): Judgement {
  const { kind, processes, lost, topology } = meta;
  const parts = [compare(meta.expect, json.devices, 'devices')];
  if (kind === 'error' || kind === 'truncated')
    parts.push(
      fact(json.status !== 'present', `status: present, for ${kind}`),
      fact((json.reason ?? '') !== '', 'no reason'),
    );
  else parts.push(fact(json.status === 'present', `status: ${json.status} (${json.reason})`));
  const rows = json['processes'];
  if (processes !== undefined)
    parts.push(counted(processes, Array.isArray(rows) ? rows.length : undefined, 'processes'));
  if (lost !== undefined) parts.push(compare(lost, json['lost'], 'lost'));
  if (topology !== undefined) {
    const { cpu_affinity, numa_affinity } = topology;
    const affinity = { ...(cpu_affinity && { cpu_affinity }), ...(numa_affinity && { numa_affinity }) };
    parts.push(compare(affinity, json['topology'], 'topology'));
  }
  return sum(parts);
}
