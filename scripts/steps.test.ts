import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { countReport, type Step } from './steps.ts';

/** A report as vitest 4.1 writes it, with the statuses of each file's tests. */
function report(...files: { status: string; tests: string[] }[]): Parameters<typeof countReport>[0] {
  const count = (wanted: string): number =>
    files.flatMap(({ tests }) => tests).filter((status) => status === wanted).length;
  return {
    numPassedTests: count('passed'),
    numFailedTests: count('failed'),
    numPendingTests: count('skipped'),
    numTodoTests: count('todo'),
    testResults: files.map(({ status, tests }) => ({
      status,
      assertionResults: tests.map((test) => ({ status: test })),
    })),
  };
}

const good = { status: 'passed', tests: ['passed', 'passed'] };

describe('counts of a vitest run', () => {
  it('are those of its report', () => {
    const mixed = { status: 'failed', tests: ['passed', 'failed', 'skipped', 'todo'] };
    expect(countReport(report(good, mixed), 1)).toEqual({ passed: 3, failed: 1, skipped: 2 });
    expect(countReport(report(good), 0)).toEqual({ passed: 2, failed: 0, skipped: 0 });
  });
  it('have a failure for a file that cannot be loaded', () => {
    expect(countReport(report(good, { status: 'failed', tests: [] }), 1).failed).toBe(1);
  });
  it('have a failure for a file whose hooks throw, although vitest calls its tests skipped', () => {
    expect(countReport(report(good, { status: 'failed', tests: ['skipped'] }), 1).failed).toBe(1);
  });
  it('have a failure for an error outside any test', () => {
    expect(countReport(report(good), 1).failed).toBe(1);
  });
  it('have a failure for a run of no tests, or one that left no report', () => {
    expect(countReport(report(), 0).failed).toBe(1);
    expect(countReport(report({ status: 'passed', tests: ['skipped'] }), 0).failed).toBe(1);
    expect(countReport(undefined, undefined).failed).toBe(1);
  });
});

describe('a run of steps', () => {
  const limitMs = 10_000;

  function run(steps: Step[]): { lines: string[]; code: number | null } {
    const module = JSON.stringify(join(import.meta.dirname, 'steps.ts'));
    const program = `const { runSteps } = await import(${module}); await runSteps(${JSON.stringify(steps)});`;
    const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
    });
    return { lines: stdout.trimEnd().split('\n'), code: status };
  }

  it('goes on after a failure, shows it, and ends with the counts and exit code 1', () => {
    const { lines, code } = run([
      { name: 'first', command: ['sh', '-c', 'echo what is wrong; exit 3'], limitMs },
      { name: 'second', command: ['sh', '-c', 'echo not shown'], limitMs },
      { name: 'third', command: ['no-such-program'], limitMs },
    ]);
    expect(lines).toContain('what is wrong');
    expect(lines).not.toContain('not shown');
    expect(lines).toContainEqual(expect.stringMatching(/^FAIL {2}first +\d+\.\d s {2}\(exit code 3\)$/));
    expect(lines).toContainEqual(expect.stringMatching(/^ok {4}second +\d+\.\d s$/));
    expect(lines).toContainEqual(expect.stringMatching(/^FAIL {2}third .*cannot be started/));
    expect(lines.at(-1)).toBe('1 passed, 2 failed, 0 skipped');
    expect(code).toBe(1);
  });

  it('ends a step that goes on for too long', () => {
    const { lines, code } = run([{ name: 'slow', command: ['sleep', '60'], limitMs: 200 }]);
    expect(lines[0]).toMatch(/^FAIL {2}slow .*over its limit of 0.2 s/);
    expect(code).toBe(1);
  });

  it('exits 0 when all is well', () => {
    expect(run([{ name: 'fine', command: ['true'], limitMs }]).code).toBe(0);
  });
});
