import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SuanlinkError } from '../../proto/codes.ts';
import { laterFields } from '../../proto/job-fields.ts';
import { jobRequestSchema, specOf } from './job-schema.ts';
import { parse } from './parse.ts';

const read = (body: unknown) => specOf(parse(jobRequestSchema, body, 'the body'));

/** The error of a body that is refused. */
function refused(body: unknown): SuanlinkError {
  try {
    read(body);
  } catch (caught) {
    if (caught instanceof SuanlinkError) return caught;
    throw caught;
  }
  throw new Error(`accepted: ${JSON.stringify(body)}`);
}

describe('the body of a job', () => {
  it('has a default for everything but the image', () => {
    expect(read({ image: 'busybox' })).toEqual({
      image: 'busybox',
      command: [],
      entrypoint: [],
      env: {},
      working_dir: '',
      user: '',
      accelerators: 0,
      accelerator_milli: 1000,
      vendors: [],
      models: [],
      accelerator_memory_bytes: 0,
      cpu_milli: 1000,
      memory_bytes: 2 ** 30,
      disk_bytes: 0,
      shm_bytes: 64 * 2 ** 20,
      pids: 1024,
      network: 'none',
      read_only_root: false,
      time_limit_ms: 3_600_000,
      grace_ms: 10_000,
      on_lost: 'stop',
      keep_ms: 0,
      ...laterFields,
      priority: 0,
      node_labels: {},
    });
  });

  it('leaves the idempotency key out of the job', () => {
    expect(read({ image: 'a', idempotency_key: 'k' })).toEqual(read({ image: 'a' }));
  });

  it.each([
    [{}, 'image', /is needed/],
    [{ image: 7 }, 'image', /must be a string/],
    [{ image: 'A' }, 'image', /upper-case/],
    [{ image: 'a', accelerators: 1025 }, 'accelerators', /from 0 to 1024/],
    [{ image: 'a', accelerators: -1 }, 'accelerators', /from 0 to 1024/],
    [{ image: 'a', accelerators: 1.5 }, 'accelerators', /integer/],
    [{ image: 'a', accelerators: '1' }, 'accelerators', /integer/],
    [{ image: 'a', accelerators: null }, 'accelerators', /integer/],
    [{ image: 'a', accelerator_milli: 500 }, 'accelerators', /must be 1 when/],
    [{ image: 'a', accelerators: 2, accelerator_milli: 500 }, 'accelerators', /must be 1 when/],
    [{ image: 'a', memory_bytes: 1024 }, 'memory_bytes', /from 6291456/],
    [{ image: 'a', memory_bytes: 2 ** 60 }, 'memory_bytes', /integer/],
    [{ image: 'a', time_limit_ms: 30 * 86_400_000 + 1 }, 'time_limit_ms', /to 2592000000/],
    [{ image: 'a', on_lost: 'keep_until' }, 'keep_ms', /over 0/],
    [{ image: 'a', keep_ms: 5 }, 'keep_ms', /0 otherwise/],
    [{ image: 'a', sandbox: 'runsc' }, 'sandbox', /'gvisor' or 'kata'/],
    [{ image: 'a', sandbox: 'kata', accelerators: 1 }, 'sandbox', /with accelerators/],
    [{ image: 'a', network: 'host' }, 'network', /'none' or 'bridge'/],
    [{ image: 'a', working_dir: 'work' }, 'working_dir', /absolute/],
    [{ image: 'a', user: 'a b' }, 'user', /user or user:group/],
    [{ image: 'a', command: ['a', 7] }, 'command[1]', /must be a string/],
    [{ image: 'a', command: ['a\0'] }, 'command[0]', /NUL/],
    [{ image: 'a', command: Array(1025).fill('a') }, 'command', /at most 1024/],
    [{ image: 'a', command: Array(5).fill('x'.repeat(120_000)) }, 'command', /over 524288/],
    [{ image: 'a', command: ['中'.repeat(60_000)] }, 'command[0]', /131071 bytes/],
    [{ image: 'a', env: { LD_PRELOAD: 'x' } }, 'env.LD_PRELOAD', /loader/],
    [{ image: 'a', env: { A: 1 } }, 'env.A', /must be a string/],
    [{ image: 'a', vendors: ['NVIDIA'] }, 'vendors[0]', /such as nvidia/],
    [{ image: 'a', node_labels: { 'a b': 'x' } }, 'node_labels.a b', /label/],
    [{ image: 'a', node_label_rules: [{ label: 'x', op: 'is' }] }, 'node_label_rules[0].op', /'not_exists'/],
    [
      { image: 'a', node_label_rules: [{ label: 'x', op: 'in' }] },
      'node_label_rules[0].values',
      /must not be/,
    ],
    [
      { image: 'a', node_label_rules: [{ label: 'x', op: 'exists', values: ['y'] }] },
      'node_label_rules[0].values',
      /empty otherwise/,
    ],
    [{ image: 'a', regions: ['Beijing'] }, 'regions[0]', /GB\/T 2260/],
    [{ image: 'a', owners: ['A'] }, 'owners[0]', /name of an organisation/],
    [{ image: 'a', owners: ['a'], not_owners: ['a', 'b'] }, 'not_owners', /must not name a, which/],
    [{ image: 'a', min_driver_version: 'new' }, 'min_driver_version', /such as 550.54/],
    [{ image: 'a', min_gigaflops: { fp17: 1 } }, 'min_gigaflops.fp17', /no such field/],
    [{ image: 'a', min_gigaflops: { fp16: 0 } }, 'min_gigaflops.fp16', /from 1/],
    [{ image: 'a', nodes: 0 }, 'nodes', /from 1 to 1024/],
    [{ image: 'a', strategy: 'random' }, 'strategy', /'pack' or 'spread'/],
    [{ image: 'a', accelerators: 1, accelerator_milli: 500, linked: true }, 'linked', /must be false when/],
    [{ image: 'a', idempotency_key: 'a b' }, 'idempotency_key', /printable ASCII/],
    [{ image: 'a', registry_auth: { username: 'u' } }, 'registry_auth.password', /must be a string/],
    [[], '', /expected object/],
    [null, '', /expected object/],
    ['a', '', /expected object/],
  ])('%j is refused at %s', (body, path, problem) => {
    const error = refused(body);
    expect(error.code).toBe('invalid_argument');
    expect(error.details['path']).toBe(path);
    expect(error.message).toMatch(problem);
  });

  it.each([
    [{ image: 'a', acelerators: 1 }, 'acelerators', 'accelerators'],
    [{ image: 'a', 'cpu-milli': 1 }, 'cpu-milli', 'cpu_milli'],
    [
      { image: 'a', registry_auth: { usernme: 'u', username: 'u', password: 'p' } },
      'registry_auth.usernme',
      'username',
    ],
    [{ image: 'a', privileged: true }, 'privileged', undefined],
  ])('%j has an unknown key', (body, path, suggestion) => {
    const { details, message } = refused(body);
    expect(details).toEqual({
      path,
      problem: 'no such field',
      ...(suggestion === undefined ? {} : { suggestion }),
    });
    expect(message.includes('did you mean')).toBe(suggestion !== undefined);
  });

  it('never quotes a secret', () => {
    const body = {
      image: 'a',
      env: { LD_X: 'S3CRET' },
      registry_auth: { username: 'u', password: 'S3CRET\0' },
    };
    const { message, details } = refused(body);
    expect(JSON.stringify([message, details])).not.toContain('S3CRET');
  });

  it('never throws anything but our error, whatever comes', () => {
    const key = fc.constantFrom(
      'image',
      'command',
      'env',
      'accelerators',
      'keep_ms',
      '__proto__',
      'constructor',
      'x',
    );
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.dictionary(key, fc.anything())), (body) => {
        try {
          read(body);
        } catch (caught) {
          expect(caught).toBeInstanceOf(SuanlinkError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('accepts whatever stays within its JSON Schema bounds', () => {
    const document = z.toJSONSchema(jobRequestSchema, { io: 'input', reused: 'inline' });
    const text = JSON.stringify(document);
    for (const bound of [
      '"maximum":1024',
      '"maximum":2592000000',
      '"enum":["none","bridge"]',
      '"additionalProperties":false',
    ])
      expect(text).toContain(bound);
    fc.assert(
      fc.property(
        fc.nat({ max: 1024 }),
        fc.integer({ min: 10, max: 1_024_000 }),
        (accelerators, cpu_milli) => {
          expect(read({ image: 'a', accelerators, cpu_milli })).toMatchObject({ accelerators, cpu_milli });
        },
      ),
    );
  });
});
