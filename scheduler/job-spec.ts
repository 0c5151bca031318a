/** What the core relies on in a job's specification, checked whoever hands it in, and its canonical form. Pure. */
import type { JobSpec } from '../proto/api.ts';
import { SuanlinkError } from '../proto/codes.ts';
import { laterFields } from '../proto/job-fields.ts';

const yearMs = 366 * 86_400_000;
const dayMs = 86_400_000;

/** An Offer must fit into a frame (1 MiB) whatever its strings need in UTF-8. */
const maxSpecBytes = 768 * 1024;

type NumberField = {
  [Name in keyof JobSpec]-?: JobSpec[Name] extends number ? Name : never;
}[keyof JobSpec];

const bounds: Record<NumberField, readonly [min: number, max: number]> = {
  accelerators: [0, 1024],
  accelerator_milli: [1, 1000],
  accelerator_memory_bytes: [0, Number.MAX_SAFE_INTEGER],
  cpu_milli: [0, 1_000_000_000],
  memory_bytes: [0, 2 ** 50],
  disk_bytes: [0, 2 ** 50],
  shm_bytes: [0, 2 ** 50],
  pids: [0, 1_000_000],
  time_limit_ms: [1, yearMs],
  grace_ms: [0, dayMs],
  keep_ms: [0, yearMs],
  max_retries: [0, 10],
  max_card_hour_micro_yuan: [0, Number.MAX_SAFE_INTEGER],
  nodes: [1, 1024],
  priority: [-1_000_000, 1_000_000],
};

/** Refuses with `invalid_argument` (or `too_large`) what would make an Offer that no agent can read. */
export function checkSpec(spec: JobSpec): void {
  for (const [name, [min, max]] of Object.entries(bounds)) {
    const value = spec[name as NumberField];
    if (!Number.isSafeInteger(value) || value < min || value > max)
      throw new SuanlinkError(
        'invalid_argument',
        `${name} is ${value}, not an integer from ${min} to ${max}`,
      );
  }
  if (spec.accelerator_milli < 1000 && spec.accelerators !== 1)
    throw new SuanlinkError(
      'invalid_argument',
      'a share (accelerator_milli below 1000) is of exactly 1 accelerator',
    );
  const bytes = Buffer.byteLength(JSON.stringify(spec));
  if (bytes > maxSpecBytes)
    throw new SuanlinkError('too_large', `the specification has ${bytes} bytes, more than ${maxSpecBytes}`);
}

/** The text under which a specification is recognised. Fields that came later are left out at their defaults, so that a
 * request of before still finds its job. */
export function specText(spec: JobSpec): string {
  const defaults: Record<string, unknown> = laterFields;
  const told = Object.entries(spec).filter(
    ([name, value]) => !(name in defaults) || canonicalJson(value) !== canonicalJson(defaults[name]),
  );
  return canonicalJson(Object.fromEntries(told));
}

/** JSON with the keys of every object in order, so that equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
