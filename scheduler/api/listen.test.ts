import { describe, expect, it } from 'vitest';
import { certificateHosts, checkPlain, isLoopback, parseListen, urlOf } from './listen.ts';

const machine = { hostname: 'pool', addresses: ['127.0.0.1', '::1', 'fe80::1', '10.0.0.5', '2001:db8::5'] };

describe('where to listen', () => {
  it.each([
    ['127.0.0.1:8443', { kind: 'tcp', host: '127.0.0.1', port: 8443 }],
    ['pool.example', { kind: 'tcp', host: 'pool.example', port: 7443 }],
    ['[::1]:80', { kind: 'tcp', host: '::1', port: 80 }],
    ['[::]', { kind: 'tcp', host: '::', port: 7443 }],
    ['::1', { kind: 'tcp', host: '::1', port: 7443 }],
    ['::', { kind: 'tcp', host: '::', port: 7443 }],
    [':9000', { kind: 'tcp', host: '0.0.0.0', port: 9000 }],
    ['9000', { kind: 'tcp', host: '0.0.0.0', port: 9000 }],
    ['127.0.0.1:0', { kind: 'tcp', host: '127.0.0.1', port: 0 }],
    ['unix:/run/x.sock', { kind: 'unix', path: '/run/x.sock' }],
    ['unix:///run/x.sock', { kind: 'unix', path: '/run/x.sock' }],
  ])('%s', (text, place) => expect(parseListen(text)).toEqual(place));

  it.each(['a:70000', '70000', 'unix:x.sock', `unix:/${'x'.repeat(101)}`, 'a b', 'http://x', 'a:b', '[x]:1'])(
    '%s is refused',
    (text) => expect(() => parseListen(text)).toThrow(expect.objectContaining({ code: 'config_invalid' })),
  );

  it('may do without TLS only where nobody else listens in', () => {
    for (const text of ['127.0.0.1:1', 'localhost:1', '[::1]:1', '127.9.9.9:1', 'unix:/x'])
      expect(() => checkPlain(parseListen(text))).not.toThrow();
    for (const text of ['0.0.0.0:1', '10.0.0.5:1', '[::]:1', 'pool.example:1', '127.0.0.1.example:1', '1'])
      expect(() => checkPlain(parseListen(text))).toThrow(/TLS can be off on loopback/);
    expect(isLoopback('127.0.0.1.example')).toBe(false);
  });

  it('is covered by the certificate under every name', () => {
    const everywhere = certificateHosts(parseListen('0.0.0.0:1'), machine, ['pool.example', 'pool']);
    expect(everywhere).toEqual([
      'localhost',
      '127.0.0.1',
      '::1',
      'pool',
      'fe80::1',
      '10.0.0.5',
      '2001:db8::5',
      'pool.example',
    ]);
    expect(certificateHosts(parseListen('10.0.0.5:1'), machine, [])).toEqual([
      'localhost',
      '127.0.0.1',
      '::1',
      '10.0.0.5',
    ]);
    expect(certificateHosts(parseListen('unix:/x'), machine, [])).toEqual(['localhost', '127.0.0.1', '::1']);
  });

  it.each([
    ['0.0.0.0:1', 'https://10.0.0.5:7000'],
    ['[::]:1', 'https://10.0.0.5:7000'],
    ['127.0.0.1:0', 'https://127.0.0.1:7000'],
    ['[::1]:0', 'https://[::1]:7000'],
    ['unix:/run/x', 'unix:/run/x'],
  ])('%s is reached at %s', (text, url) => expect(urlOf(parseListen(text), 7000, true, machine)).toBe(url));
});
