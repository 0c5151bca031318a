/**
 * Runs the checks of `npm test` and `npm run check` one after another, a line each with its seconds, and counts them.
 *
 * A check that fails is shown in full and the later ones still run, so one run tells everything. A static check counts
 * as one test. Vitest's numbers come from its JSON report, with what that report leaves out counted as failures: a file
 * that cannot be loaded or whose hooks throw, an error outside any test, a run without a report, a run of no tests.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** What a step found. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** One line of the run. `live` output is shown as it comes; other output only when the step fails. */
export interface Step {
  name: string;
  command: [string, ...string[]];
  /** A vitest run: its tests are counted one by one. */
  vitest?: boolean;
  live?: boolean;
  /** The step is ended and fails after this long. */
  limitMs: number;
}

/** The parts of vitest's JSON report that are read here. */
interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: { status: string }[] }[];
}

interface Ended {
  code: number | undefined;
  why: string;
  output: string;
}

const root = join(import.meta.dirname, '..');
const killAfterMs = 20_000;

/** Where the tools of the package are, before anything else that is called the same. */
function environment(): NodeJS.ProcessEnv {
  const path = [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter);
  return { ...process.env, PATH: path, ...(process.env.CI && { NO_COLOR: '1', FORCE_COLOR: undefined }) };
}

/** Runs a command to its end; it is asked to stop at the limit, then killed. */
function execute(step: Step, args: string[], abort: AbortSignal): Promise<Ended> {
  const [command, ...own] = step.command;
  const child = spawn(command, [...own, ...args], {
    cwd: root,
    env: environment(),
    stdio: ['ignore', step.live ? 'inherit' : 'pipe', step.live ? 'inherit' : 'pipe'],
  });
  let output = '';
  let why = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const stop = (reason: string): void => {
    why ||= reason;
    child.kill('SIGTERM');
  };
  abort.addEventListener('abort', () => stop('we were told to stop'), { once: true });
  const limit = setTimeout(() => stop(`over its limit of ${step.limitMs / 1000} s`), step.limitMs);
  const kill = setTimeout(() => child.kill('SIGKILL'), step.limitMs + killAfterMs);
  return new Promise((resolve) => {
    const end = (code: number | null, reason: string): void => {
      clearTimeout(limit);
      clearTimeout(kill);
      resolve({ code: code ?? undefined, why: why || reason, output });
    };
    child.on('error', (error) => end(null, `cannot be started: ${error.message}`));
    child.on('close', (code, signal) => end(code, signal ? `ended by ${signal}` : `exit code ${code}`));
  });
}

/** Counts of a vitest run that ended with `code` and left `report` (undefined: it left none). */
export function countReport(report: Report | undefined, code: number | undefined): Counts {
  if (!report) return { passed: 0, failed: 1, skipped: 0 };
  // Its tests count as skipped, or are not there at all.
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
  );
  const passed = report.numPassedTests;
  const skipped = report.numPendingTests + report.numTodoTests;
  const failed = report.numFailedTests + broken.length;
  const unexplained = failed === 0 && (code !== 0 || passed === 0);
  return { passed, failed: unexplained ? 1 : failed, skipped };
}

function readReport(path: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Report;
  } catch {
    return undefined; // vitest died before it could write one; the caller counts that as a failure
  }
}

async function runStep(
  step: Step,
  scratch: string,
  abort: AbortSignal,
): Promise<{ counts: Counts; ended: Ended }> {
  if (!step.vitest) {
    const ended = await execute(step, [], abort);
    const failed = ended.code === 0 ? 0 : 1;
    return { counts: { passed: 1 - failed, failed, skipped: 0 }, ended };
  }
  const file = join(scratch, `${step.name}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const ended = await execute(step, reporters, abort);
  return { counts: countReport(readReport(file), ended.code), ended };
}

/** The step's line, after its output where that matters. */
function tell(step: Step, counts: Counts, ended: Ended, seconds: number): void {
  if (counts.failed > 0 && ended.output) process.stdout.write(`\n${ended.output.trimEnd()}\n\n`);
  const tests = step.vitest ? `  ${words(counts)}` : '';
  const why = counts.failed > 0 ? `  (${ended.why})` : '';
  const mark = counts.failed > 0 ? 'FAIL' : 'ok  ';
  console.log(`${mark}  ${step.name.padEnd(16)}${seconds.toFixed(1).padStart(6)} s${tests}${why}`);
}

function words(counts: Counts): string {
  return `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
}

/** Runs all steps, ends with the line of counts and sets the exit code: 1 when anything failed, 130 after Ctrl-C. */
export async function runSteps(steps: readonly Step[]): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'suanlink-steps-'));
  const sum: Counts = { passed: 0, failed: 0, skipped: 0 };
  const told = new AbortController();
  const stopped: { by?: 'SIGINT' | 'SIGTERM' } = {};
  // A terminal sends Ctrl-C to the running step as well, and a second one would keep it from cleaning up.
  process.on('SIGINT', () => (stopped.by = 'SIGINT'));
  process.on('SIGTERM', () => {
    stopped.by = 'SIGTERM';
    told.abort();
  });
  for (const step of steps) {
    if (stopped.by) break;
    const started = performance.now();
    const { counts, ended } = await runStep(step, scratch, told.signal);
    tell(step, counts, ended, (performance.now() - started) / 1000);
    sum.passed += counts.passed;
    sum.failed += counts.failed;
    sum.skipped += counts.skipped;
  }
  rmSync(scratch, { recursive: true, force: true });
  if (stopped.by) console.log(`stopped by ${stopped.by}`);
  console.log(words(sum));
  process.exitCode = stopped.by ? 130 : sum.failed > 0 ? 1 : 0;
}
