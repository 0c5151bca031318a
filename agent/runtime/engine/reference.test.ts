import { describe, expect, it } from 'vitest';
import { isLoopbackRegistry, parseReference } from './reference.ts';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('parseReference', () => {
  it.each([
    ['busybox', 'docker.io/library/busybox:latest'],
    ['busybox:1.36', 'docker.io/library/busybox:1.36'],
    ['team/app', 'docker.io/team/app:latest'],
    ['docker.io/busybox', 'docker.io/library/busybox:latest'],
    ['registry.example/a/b/c:v1', 'registry.example/a/b/c:v1'],
    ['localhost/app', 'localhost/app:latest'],
    ['localhost:5000/app:x', 'localhost:5000/app:x'],
    ['127.0.0.1:5000/app', '127.0.0.1:5000/app:latest'],
    ['[::1]:5000/app', '[::1]:5000/app:latest'],
    [`app@${digest}`, `docker.io/library/app@${digest}`],
    [`r.example:443/app:tag@${digest}`, `r.example:443/app@${digest}`],
    ['a__b/c-d.e_f', 'docker.io/a__b/c-d.e_f:latest'],
  ])('%s is %s', (text, full) => {
    expect(parseReference(text).full).toBe(full);
  });

  it.each([
    '',
    ':',
    'a:',
    'a@',
    'a b',
    'Upper',
    'a//b',
    '/a',
    'a/',
    '-a',
    'a:b:c/d',
    'a:-tag',
    'a@sha256:12',
    `a@${digest.toUpperCase()}`,
    '../a',
    '../containers/x',
    './a',
    '.../a',
    'a./b',
    'a?x=1',
    'r.example/a%2fb',
    `a:${'t'.repeat(129)}`,
    `${'a/'.repeat(300)}b`,
  ])('%j is no image name', (text) => {
    expect(() => parseReference(text)).toThrow(expect.objectContaining({ code: 'image_not_found' }));
  });
});

describe('isLoopbackRegistry', () => {
  it.each(['localhost/a', 'localhost:5000/a', '127.0.0.1:5000/a', '127.9.9.9/a', '[::1]:5000/a'])(
    '%s',
    (text) => {
      expect(isLoopbackRegistry(parseReference(text))).toBe(true);
    },
  );

  it.each(['a', 'registry.example/a', '10.0.0.1:5000/a', '127.0.0.1.example/a', 'localhost.example/a'])(
    'not %s',
    (text) => {
      expect(isLoopbackRegistry(parseReference(text))).toBe(false);
    },
  );
});
