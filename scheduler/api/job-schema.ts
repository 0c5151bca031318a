/** The body of `POST /v1/jobs`: every field, its bound and its default. OpenAPI is made from the same values. Pure. */
import { z } from 'zod';
import type { JobSpec } from '../../proto/api.ts';
import { maxArraySize } from '../../proto/ids.ts';
import { environmentProblem } from './environment.ts';
import { imageProblem } from './image.ts';

const kib = 1024;
const mib = 1024 * kib;
const gib = 1024 * mib;
const tib = 1024 * gib;
const secondMs = 1000;
const dayMs = 86_400 * secondMs;

/** Bytes of command, entrypoint and environment together: an offer must fit into one frame with them. */
const maxArgumentsBytes = 512 * kib;

/** Precisions for which peaks are known. */
const precisions = ['fp64', 'fp32', 'tf32', 'fp16', 'bf16', 'fp8', 'int8', 'fp4'] as const;

/** An integer from `min` to `max`, with both in the message. */
export function integer(min: number, max: number): z.ZodNumber {
  const bounds = `must be an integer from ${min} to ${max}`;
  return z.number(bounds).int(bounds).min(min, bounds).max(max, bounds);
}

/** A string of at most `maxBytes` as UTF-8 that a process can be given. */
function line(maxBytes: number): z.ZodString {
  return z
    .string('must be a string')
    .max(maxBytes, `must have at most ${maxBytes} characters`)
    .refine((text) => !text.includes('\0'), 'has a NUL character')
    .refine((text) => text.isWellFormed(), 'has half of a surrogate pair')
    .refine((text) => Buffer.byteLength(text) <= maxBytes, `must have at most ${maxBytes} bytes`);
}

const image = z
  .string({ error: (issue) => (issue.input === undefined ? 'is needed' : 'must be a string') })
  .superRefine((text, context) => {
    const problem = imageProblem(text);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  })
  .meta({ description: 'Docker image reference', examples: ['registry.example/team/train:1.2'] });

const environment = z
  .record(z.string(), z.string('must be a string'))
  .superRefine((variables, context) => {
    const entries = Object.entries(variables);
    if (entries.length > 1024)
      context.addIssue({ code: 'custom', message: 'must have at most 1024 variables' });
    for (const [name, value] of entries) {
      const message = environmentProblem(name, value);
      if (message !== undefined) context.addIssue({ code: 'custom', message, path: [name] });
    }
  })
  .meta({ description: 'LD_*, *_VISIBLE_DEVICES and SUANLINK_* are refused' });

const labelName = z
  .string('must be a string')
  .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,127}$/, 'has a malformed label name');

const labels = z
  .record(labelName, line(256))
  .refine((all) => Object.keys(all).length <= 64, 'must have at most 64 labels');

const labelRule = z
  .strictObject({
    label: labelName,
    op: z.enum(['in', 'not_in', 'exists', 'not_exists'], "must be 'in', 'not_in', 'exists' or 'not_exists'"),
    values: z.array(line(256)).max(64, 'must have at most 64 values').default([]),
  })
  .refine(({ op, values }) => op.endsWith('in') === values.length > 0, {
    message: "must not be empty with 'in' and 'not_in', and empty otherwise",
    path: ['values'],
  });

const version = z
  .string('must be a string')
  .regex(/^(?:[A-Za-z]?\d[\w.+-]{0,63})?$/, 'must be a version such as 550.54 or 24.1.rc3')
  .default('')
  .meta({ description: "this one or later; '': any; an unknown one is never enough" });

const organisations = z
  .array(z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'must be the name of an organisation'))
  .max(256, 'must have at most 256 organisations')
  .default([]);

const registryAuth = z
  .strictObject({ username: line(256), password: line(8192) })
  .meta({ description: 'For this pull only; never shown again', writeOnly: true });

const fields = {
  image,
  command: z
    .array(line(128 * kib - 1))
    .max(1024, 'must have at most 1024 words')
    .default([]),
  entrypoint: z.array(line(4096)).max(64, 'must have at most 64 words').default([]),
  env: environment.default({}),
  working_dir: line(4096)
    .refine((path) => path === '' || path.startsWith('/'), 'must be an absolute path')
    .default('')
    .meta({ description: "'': the image's" }),
  user: z
    .string('must be a string')
    .regex(
      /^(?:[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,63})?)?$/,
      'must be user or user:group',
    )
    .default('')
    .meta({ description: "'': the image's" }),
  accelerators: integer(0, 1024).default(0).meta({ description: 'whole cards, or 1 with a share' }),
  accelerator_milli: integer(1, 1000)
    .default(1000)
    .meta({ description: 'share of each card in thousandths' }),
  vendors: z
    .array(z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be a vendor such as nvidia, ascend or cambricon'))
    .max(16, 'must have at most 16 vendors')
    .default([])
    .meta({ description: 'any of these; none: any' }),
  models: z
    .array(line(128).min(1, 'must not be empty'))
    .max(16, 'must have at most 16 models')
    .default([])
    .meta({ description: 'any of these, by name or words of it; none: any' }),
  accelerator_memory_bytes: integer(0, 64 * tib)
    .default(0)
    .meta({ description: 'at least, per card' }),
  architectures: z
    .array(line(64).min(1, 'must not be empty'))
    .max(16, 'must have at most 16 architectures')
    .default([])
    .meta({ description: 'any of these; none: any' }),
  min_driver_version: version,
  min_runtime_version: version,
  linked: z.boolean('must be true or false').default(false).meta({
    description: "cards joined by the vendor's own links (NVLink, HCCS, …); unknown links do not count",
  }),
  min_gigaflops: z
    .partialRecord(z.enum(precisions, `must be one of ${precisions.join(', ')}`), integer(1, 1_000_000_000))
    .default({})
    .meta({ description: 'least dense peak per card by precision; an unknown one is never enough' }),
  max_card_hour_micro_yuan: integer(0, 1_000_000_000_000)
    .default(0)
    .meta({ description: 'highest price of a whole card per hour; 0: any' }),
  nodes: integer(1, 1024)
    .default(1)
    .meta({ description: 'on so many nodes at the same time, each with all of the above' }),
  cpu_milli: integer(10, 1_024_000).default(1000).meta({ description: 'thousandths of a core' }),
  memory_bytes: integer(6 * mib, 64 * tib).default(gib),
  disk_bytes: integer(0, 1024 * tib).default(0),
  shm_bytes: integer(0, 16 * tib).default(64 * mib),
  pids: integer(1, 1_000_000).default(1024),
  network: z.enum(['none', 'bridge'], "must be 'none' or 'bridge'").default('none'),
  read_only_root: z.boolean('must be true or false').default(false),
  sandbox: z.enum(['', 'gvisor', 'kata'], "must be '', 'gvisor' or 'kata'").default('').meta({
    description:
      "a kernel of its own (gVisor) or a virtual machine (Kata), on nodes that have it; '': as the node runs containers",
  }),
  time_limit_ms: integer(secondMs, 30 * dayMs).default(3600 * secondMs),
  grace_ms: integer(0, 3600 * secondMs)
    .default(10 * secondMs)
    .meta({ description: 'between asking the job to end and killing it' }),
  on_lost: z.enum(['stop', 'keep_until'], "must be 'stop' or 'keep_until'").default('stop'),
  keep_ms: integer(0, 30 * dayMs)
    .default(0)
    .meta({ description: "with on_lost 'keep_until': how long a cut-off node may keep it up" }),
  max_retries: integer(0, 10)
    .default(0)
    .meta({ description: 'new attempts after the node, card or engine was lost or taken back; 0: none' }),
  priority: integer(-1000, 1000).default(0).meta({ description: 'higher first' }),
  preemptible: z.boolean('must be true or false').default(false).meta({
    description:
      'runs only on cards that nobody else wants now, for less; stopped with notice when others need them, and queued again',
  }),
  keep_idle: z.boolean('must be true or false').default(false).meta({
    description: 'not taken back for idle cards while its organisation is within its share',
  }),
  node_labels: labels.default({}),
  node_label_rules: z
    .array(labelRule)
    .max(64, 'must have at most 64 rules')
    .default([])
    .meta({ description: 'all of these; a node without the label meets not_in and not_exists' }),
  regions: z
    .array(z.string().regex(/^\d{2,6}$/, 'must be a GB/T 2260 code or its first digits'))
    .max(64, 'must have at most 64 regions')
    .default([])
    .meta({ description: 'any of these; none: anywhere' }),
  owners: organisations.meta({ description: 'only on nodes of these organisations; none: of all' }),
  not_owners: organisations.meta({ description: 'not on nodes of these organisations' }),
  strategy: z.enum(['pool', 'pack', 'spread'], "must be 'pool', 'pack' or 'spread'").default('pool').meta({
    description:
      'pack: where it leaves most room for others; spread: on the least used node; pool: as the pool has it that it asks for (pack, when nothing is said)',
  }),
  registry_auth: z.exactOptional(registryAuth),
};

type Fields = z.output<z.ZodObject<typeof fields>>;

/** Rules between fields: where, and what is wrong. */
function crossProblems(job: Fields): { path: string; message: string }[] {
  const problems: { path: string; message: string }[] = [];
  if (job.accelerator_milli < 1000 && job.accelerators !== 1)
    problems.push({ path: 'accelerators', message: 'must be 1 when accelerator_milli is less than 1000' });
  if (job.linked && job.accelerator_milli < 1000)
    problems.push({ path: 'linked', message: 'must be false when accelerator_milli is less than 1000' });
  if (job.sandbox !== '' && job.accelerators > 0)
    problems.push({
      path: 'sandbox',
      message: "must be '' with accelerators: their drivers do not reach into a sandbox",
    });
  const both = job.owners.filter((org) => job.not_owners.includes(org));
  if (both.length > 0)
    problems.push({ path: 'not_owners', message: `must not name ${both.join(', ')}, which owners names` });
  if ((job.on_lost === 'keep_until') !== job.keep_ms > 0)
    problems.push({ path: 'keep_ms', message: "must be over 0 with on_lost 'keep_until', and 0 otherwise" });
  const texts = [...job.command, ...job.entrypoint, ...Object.entries(job.env).flat()];
  const total = texts.reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 0);
  if (total > maxArgumentsBytes)
    problems.push({
      path: 'command',
      message: `has ${total} bytes together with entrypoint and env, over ${maxArgumentsBytes}`,
    });
  return problems;
}

/** An idempotency key: 1 to 200 printable ASCII characters without blanks. */
export const idempotencyKeySchema = z
  .string('must be a string')
  .regex(/^[\x21-\x7e]{1,200}$/, 'must be 1 to 200 printable ASCII characters without blanks');

/** The body of `POST /v1/jobs`: a job's fields, and the idempotency key for clients that cannot set the header. */
export const jobRequestSchema = z
  .strictObject({ ...fields, idempotency_key: z.exactOptional(idempotencyKeySchema) })
  .superRefine((job, context) => {
    for (const { path, message } of crossProblems(job))
      context.addIssue({ code: 'custom', path: [path], message });
  })
  .meta({ id: 'JobRequest', description: 'What a tenant asks for; everything but image has a default' });

/** What a `JobRequest` asks for, without its key. */
export function specOf(request: z.output<typeof jobRequestSchema>): JobSpec {
  const { idempotency_key: _key, ...spec } = request;
  return spec;
}

/** The body of `POST /v1/arrays`. */
export const arrayRequestSchema = z
  .strictObject({ job: jobRequestSchema, count: integer(1, maxArraySize) })
  .superRefine(({ job }, context) => {
    if (job.nodes > 1) context.addIssue({ code: 'custom', path: ['job', 'nodes'], message: 'must be 1' });
  })
  .meta({
    id: 'ArrayRequest',
    description:
      'Equal jobs, all accepted or none; each finds SUANLINK_ARRAY_INDEX (from 0) and SUANLINK_ARRAY_SIZE in its environment',
  });

/** A job's fields as answers show them: all filled in, without registry_auth. */
export const jobSpecSchema = z.object(fields).omit({ registry_auth: true }).meta({ id: 'JobSpec' });
