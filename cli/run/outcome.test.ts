import { describe, expect, it } from 'vitest';
import { endReasons } from '../../proto/lease.ts';
import { lastLine, outcomeOf } from './outcome.ts';

const end = (reason: (typeof endReasons)[number], exit_code: number | null = null, error_code = '') => ({
  reason,
  exit_code,
  error_code,
});

describe('the outcome of a job', () => {
  it('is known for every reason', () => {
    const table = Object.fromEntries(
      endReasons.map((reason) => {
        const { result, exitCode } = outcomeOf(end(reason, reason === 'exit_nonzero' ? 7 : null));
        return [reason, `${result} ${exitCode}`];
      }),
    );
    expect(table).toEqual({
      completed: 'succeeded 0',
      exit_nonzero: 'failed 7',
      signal: 'failed 137',
      oom: 'failed 137',
      image_pull: 'error 125',
      start_failed: 'error 125',
      deadline: 'timeout 124',
      cancelled: 'cancelled 143',
      preempted: 'lost 125',
      lease_lost: 'lost 125',
      node_lost: 'lost 125',
      device_lost: 'lost 125',
      engine_lost: 'lost 125',
      owner_reclaimed: 'lost 125',
      idle_reclaimed: 'lost 125',
      rejected: 'error 125',
      offer_expired: 'error 125',
    });
  });

  it("is the job's own code where it has one", () => {
    for (let code = 1; code < 256; code += 1)
      expect(outcomeOf(end('exit_nonzero', code)).exitCode).toBe(code);
    expect(outcomeOf(end('signal', 139)).exitCode).toBe(139);
  });

  it('never is 0 for a job that failed', () => {
    for (const reason of endReasons.filter((each) => each !== 'completed'))
      for (const code of [null, 0, 256, -1]) expect(outcomeOf(end(reason, code)).exitCode).toBeGreaterThan(0);
  });

  it('is 126 and 127 as docker has it', () => {
    expect(outcomeOf(end('start_failed', null, 'command_not_found')).exitCode).toBe(127);
    expect(outcomeOf(end('start_failed', null, 'command_not_executable')).exitCode).toBe(126);
  });

  it('is that of the signal on which we cancelled', () => {
    expect(outcomeOf(end('cancelled', 0), 130)).toEqual({ result: 'cancelled', exitCode: 130 });
    expect(outcomeOf(end('completed', 0), 130)).toEqual({ result: 'succeeded', exitCode: 0 });
  });

  it('has a last line that scripts can read', () => {
    expect(lastLine('failed', 'oom', 137, 'lease-x')).toBe(
      'suanlink: result=failed reason=oom job_exit=137 lease=lease-x',
    );
    expect(lastLine('error', 'conflict', null, null)).toBe(
      'suanlink: result=error reason=conflict job_exit=- lease=-',
    );
  });
});
