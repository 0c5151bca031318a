/**
 * `npm run bench -- NAME [--rounds N] [--json]`: runs `scripts/bench/NAME.ts` and shows what it measured; a bench may have
 * options of its own. Progress goes to stderr. With `--json` one JSON document is the last thing on stdout, with the
 * machine it was measured on; otherwise a table. Without a name it lists the benches. Ctrl-C lets a bench take down what it started; a second one
 * does not wait for that.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/** What a bench gets to work with. */
export interface BenchOptions {
  /** The bench's own options, as they were given. */
  flags: Readonly<Record<string, string | undefined>>;
  /** How often to repeat what is measured; each bench has its own default. */
  rounds?: number;
  /** Says what is going on. */
  say(text: string): void;
  /** Aborted by Ctrl-C: take down what was started, and reject. */
  signal: AbortSignal;
}

/** What each module in `scripts/bench/` exports. */
interface Bench {
  name: string;
  /** One line for the list. */
  summary: string;
  /** Its own options, each with a value: the name, and a word for the value. */
  flags?: Readonly<Record<string, string>>;
  /** Measures. The result is printed as it is; numbers carry their unit in the name. */
  run(options: BenchOptions): Promise<object>;
}

const folder = join(import.meta.dirname, 'bench');

async function load(name: string): Promise<Bench> {
  return (await import(join(folder, `${name}.ts`))) as Bench;
}

/** What the numbers were measured on. */
function machine(): object {
  const os = /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'));
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory_bytes: totalmem(),
    kernel: `${release()} ${process.arch}`,
    os: os?.[1] ?? 'unknown',
    node: process.version,
  };
}

/** Nested values as lines of path and value, with the names that the JSON has. */
function table(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [`${path.padEnd(40)} ${String(value)}`];
  return Object.entries(value).flatMap(([key, inner]) => table(inner, path ? `${path}.${key}` : key));
}

async function measure(
  name: string,
  rounds: number | undefined,
  flags: BenchOptions['flags'],
): Promise<object | undefined> {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  const { run } = await load(name);
  try {
    return await run({ say, flags, signal: interrupted.signal, ...(rounds !== undefined && { rounds }) });
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
    return undefined;
  }
}

async function list(names: readonly string[]): Promise<void> {
  console.log('usage: npm run bench -- NAME [--rounds N] [--json]\n');
  for (const name of names) {
    const { summary, flags = {} } = await load(name);
    console.log(`  ${name.padEnd(12)} ${summary}`);
    const own = Object.entries(flags).map(([flag, value]) => `[--${flag} ${value}]`);
    if (own.length > 0) console.log(`  ${''.padEnd(12)} ${own.join(' ')}`);
  }
}

const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -3));
const [name] = process.argv.slice(2).filter((word) => !word.startsWith('-'));

async function main(): Promise<number> {
  if (name === undefined) {
    await list(names);
    return 0;
  }
  if (!names.includes(name)) {
    console.error(`no bench is called ${name}; there are: ${names.join(', ')}`);
    return 1;
  }
  const own = Object.keys((await load(name)).flags ?? {});
  const { values } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: 'string' },
      json: { type: 'boolean' },
      ...Object.fromEntries(own.map((flag) => [flag, { type: 'string' } as const])),
    },
  });
  const flags = Object.fromEntries(
    Object.entries(values).flatMap(([flag, value]) => (typeof value === 'string' ? [[flag, value]] : [])),
  );
  const result = await measure(name, values.rounds === undefined ? undefined : Number(values.rounds), flags);
  if (!result) return 130;
  if (values.json) console.log(JSON.stringify({ bench: name, machine: machine(), ...result }));
  else console.log(table({ machine: machine(), ...result }).join('\n'));
  return 0;
}

process.exitCode = await main();
