import { describe, expect, it } from 'vitest';
import { jobRequest, parseAssignments, parseEnvFile } from './job-request.ts';

describe('the request of a run', () => {
  it('says nothing that was not asked for', () => {
    expect(jobRequest('a', [], {}, {}, {})).toEqual({ image: 'a' });
    expect(jobRequest('a', [], { keepWhenLost: '20m' }, {}, {})).toEqual({
      ...{ image: 'a', on_lost: 'keep_until', keep_ms: 1_200_000 },
    });
    expect(jobRequest('a', [], { preemptible: true, keepIdle: true }, {}, {})).toEqual({
      ...{ image: 'a', preemptible: true, keep_idle: true },
    });
  });

  it.each([
    ['2', { accelerators: 2 }],
    ['0', { accelerators: 0 }],
    ['0.25', { accelerators: 1, accelerator_milli: 250 }],
    ['1.0', { accelerators: 1 }],
  ])('%s cards', (accelerators, fields) =>
    expect(jobRequest('a', [], { accelerators }, {}, {})).toEqual({ image: 'a', ...fields }),
  );

  it('names the flag that is wrong', () => {
    expect(() => jobRequest('a', [], { shmSize: 'x' }, {}, {})).toThrow('--shm-size: "x" is not a size');
  });
});

describe('variables', () => {
  it('may have = in their values, and take theirs from here when they have none', () => {
    const env = { HOME: '/root' };
    expect(parseAssignments(['A=b=c', 'HOME', 'MISSING', 'E='], env, '--env')).toEqual({
      A: 'b=c',
      HOME: '/root',
      E: '',
    });
    expect(() => parseAssignments(['=x'], env, '--env')).toThrow('--env: a name is missing');
  });

  it('come from files with comments and Windows line ends', () => {
    expect(parseEnvFile('# a\r\nA=1\r\n\r\n  # b\r\nB=x y\r\n', {})).toEqual({ A: '1', B: 'x y' });
  });
});
