import { describe, expect, it } from 'vitest';
import { environmentProblem } from './environment.ts';

describe('the environment of a job', () => {
  it.each([
    ['PATH', '/bin'],
    ['_x', ''],
    ['spring.profiles.active', 'a=b=c'],
    ['NVIDIA_DRIVER_CAPABILITIES', 'compute'],
    ['MY_LD_FLAGS', 'x'],
    ['TEXT', 'several\nlines\tand 中文'],
    ['BIG', 'x'.repeat(131_071 - 4)],
  ])('may have %s', (name, value) => expect(environmentProblem(name, value)).toBeUndefined());

  it.each([
    ['', 'x', /not a variable name/],
    ['1X', 'x', /not a variable name/],
    ['A=B', 'x', /not a variable name/],
    ['A B', 'x', /not a variable name/],
    ['变量', 'x', /not a variable name/],
    ['X'.repeat(257), 'x', /not a variable name/],
    ['BASH_FUNC_x%%', '() { :; }', /not a variable name/],
    ['LD_PRELOAD', '/x.so', /loader/],
    ['LD_LIBRARY_PATH', '/x', /loader/],
    ['GLIBC_TUNABLES', 'x', /loader/],
    ['CUDA_VISIBLE_DEVICES', '0', /the lease/],
    ['NVIDIA_VISIBLE_DEVICES', 'all', /the lease/],
    ['ASCEND_RT_VISIBLE_DEVICES', '0', /the lease/],
    ['MLU_VISIBLE_DEVICES', '0', /the lease/],
    ['NVIDIA_MIG_CONFIG_DEVICES', 'all', /beyond the leased/],
    ['ASCEND_RUNTIME_OPTIONS', 'x', /device runtime/],
    ['SUANLINK_LEASE_ID', 'x', /set by suanlink/],
    ['A', 'a\0b', /NUL/],
    ['A', '\ud800', /surrogate/],
    ['A', 'x'.repeat(131_070), /131071 bytes/],
  ])('may not have %s', (name, value, problem) => expect(environmentProblem(name, value)).toMatch(problem));

  it('never has its values quoted', () => {
    expect(environmentProblem('LD_PRELOAD', 'S3CRET')).not.toContain('S3CRET');
    expect(environmentProblem('A', 'S3CRET\0')).not.toContain('S3CRET');
  });
});
