/**
 * `npm run bench -- NAME [--json]`: runs `scripts/bench/NAME.ts` and shows what it measured. Progress goes to stderr.
 * With `--json` one JSON document is the last thing on stdout, with the machine it was measured on; otherwise a table.
 * Without a name it lists the benches. Ctrl-C lets the bench take down what it started; a second one does not wait.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';

/** What a bench gets to work with. */
export interface BenchOptions {
  /** Says on stderr what is going on. */
  progress(text: string): void;
  /** Aborted by Ctrl-C: stop measuring, take down what was started, and reject. */
  signal: AbortSignal;
  /** Arguments after the bench's name, without `--json`. */
  args: string[];
}

/** What each module in `scripts/bench/` exports. */
export interface Bench {
  name: string;
  /** One line for the list. */
  summary: string;
  /** Measures; the result is printed. Numbers carry their unit in the name. */
  run(options: BenchOptions): Promise<Record<string, unknown>>;
}

const folder = join(import.meta.dirname, 'bench');

function names(): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => file.replace(/\.ts$/, ''))
    .toSorted();
}

async function load(name: string): Promise<Bench> {
  const module: Bench = await import(join(folder, `${name}.ts`));
  return module;
}

/** What the numbers were measured on. */
function machine(): Record<string, unknown> {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    arch: arch(),
    cores: availableParallelism(),
    memory_bytes: totalmem(),
    kernel: release(),
    os: /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'unknown',
    node: process.version,
  };
}

/** Nested values as `path  value` lines: short, and the same names as in the JSON. */
function lines(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [`${path.padEnd(40)} ${String(value)}`];
  return Object.entries(value).flatMap(([key, inner]) => lines(inner, path ? `${path}.${key}` : key));
}

async function list(): Promise<void> {
  console.log('usage: npm run bench -- NAME [--json]\n');
  for (const name of names()) console.log(`  ${name.padEnd(12)} ${(await load(name)).summary}`);
}

async function run(name: string, args: string[], json: boolean): Promise<void> {
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  process.once('SIGTERM', () => interrupted.abort());
  const progress = (text: string): void => void process.stderr.write(`${text}\n`);
  try {
    const bench = await load(name);
    const result = {
      bench: name,
      machine: machine(),
      ...(await bench.run({ progress, signal: interrupted.signal, args })),
    };
    console.log(json ? JSON.stringify(result) : lines(result).join('\n'));
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
    progress('interrupted');
    process.exitCode = 130;
  }
}

const [name, ...rest] = process.argv.slice(2).filter((arg) => arg !== '--json');
if (name === undefined) await list();
else if (names().includes(name)) await run(name, rest, process.argv.includes('--json'));
else {
  console.error(`no bench is called ${name}; there are: ${names().join(', ')}`);
  process.exitCode = 1;
}
