import { describe, expect, it } from 'vitest';
import { isExempt, parseProxy, proxyFor, proxySecrets, withoutCredentials } from './proxy.ts';

const pool = 'https://pool.example:7443';
const name = (scheduler: string, setting: string, env: Record<string, string>): string | undefined =>
  proxyFor(scheduler, setting, env)?.name;

describe('proxyFor', () => {
  it('takes the setting before HTTPS_PROXY, and that before https_proxy', () => {
    const env = { HTTPS_PROXY: 'http://b:2', https_proxy: 'http://c:3' };
    expect(name(pool, 'http://a:1', env)).toBe('a:1 (`proxy`)');
    expect(name(pool, '', env)).toBe('b:2 (HTTPS_PROXY)');
    expect(name(pool, '', { ...env, HTTPS_PROXY: '' })).toBe('c:3 (https_proxy)');
    expect(name(pool, '', { HTTP_PROXY: 'http://d:4', ALL_PROXY: 'http://d:4' })).toBeUndefined();
  });

  it('goes straight by `none`, by NO_PROXY, to this machine and to unix sockets', () => {
    const env = { HTTPS_PROXY: 'http://b:2' };
    expect(name(pool, 'none', env)).toBeUndefined();
    for (const variable of ['NO_PROXY', 'no_proxy'])
      expect(name(pool, 'http://a:1', { ...env, [variable]: 'pool.example' })).toBeUndefined();
    for (const near of [
      'http://127.0.0.1:1',
      'https://127.3.2.1',
      'https://localhost:1',
      'https://[::1]:7443',
    ])
      expect(name(near, 'http://a:1', env)).toBeUndefined();
    expect(name('unix:/run/x.sock', '', env)).toBeUndefined();
  });
});

describe('isExempt', () => {
  it.each([
    ['pool.example', true],
    ['POOL.example', true],
    ['example', true],
    ['.example', true],
    ['*.example', true],
    ['other, pool.example:7443', true],
    ['pool.example:443', false],
    ['ool.example', false],
    ['a.pool.example', false],
    ['*', true],
    ['', false],
    ['10.0.0.0/8', false],
  ])('pool.example:7443 by %j: %s', (list, exempt) => {
    expect(isExempt('pool.example', 7443, list)).toBe(exempt);
  });

  it.each([
    ['10.1.2.3', '10.0.0.0/8', true],
    ['10.1.2.3', '10.1.2.3', true],
    ['10.1.2.3', '10.1.2.3:7443', true],
    ['10.1.2.3', '10.1.2.0/33', false],
    ['11.1.2.3', '10.0.0.0/8', false],
    ['fd00::1', 'fd00::/8', true],
    ['fd00::1', '[fd00::1]:7443', true],
    ['fd00::1', 'fd00::2', false],
  ])('%s by %j: %s', (host, list, exempt) => {
    expect(isExempt(host, 7443, list)).toBe(exempt);
  });
});

describe('parseProxy', () => {
  it('takes credentials as they are meant, and shows them nowhere', () => {
    const proxy = parseProxy('http://us%40er:p%3A%2Fw%@proxy.example:3128/', 'HTTPS_PROXY');
    expect(proxy).toMatchObject({
      host: 'proxy.example',
      port: 3128,
      name: 'proxy.example:3128 (HTTPS_PROXY)',
    });
    expect(Buffer.from(proxy.authorization.replace('Basic ', ''), 'base64').toString()).toBe(
      'us@er:p%3A%2Fw%',
    );
  });

  it('takes a bare address, and one of IPv6', () => {
    expect(parseProxy('proxy:3128', 'x')).toMatchObject({ host: 'proxy', port: 3128, authorization: '' });
    expect(parseProxy('http://[fd00::1]:3128', 'x').name).toBe('[fd00::1]:3128 (x)');
    expect(parseProxy('http://proxy', 'x').port).toBe(80);
  });

  it.each([
    'socks5://u:hidden@p:1',
    'https://u:hidden@p',
    'http://u:hid den@p',
    'http://u:hi/dden@p',
    'http://',
  ])('refuses %s without repeating it', (text) => {
    expect(() => parseProxy(text, 'HTTPS_PROXY')).toThrow(/^HTTPS_PROXY names no proxy that can be used/);
    expect(() => parseProxy(text, 'HTTPS_PROXY')).not.toThrow(/hid/);
  });
});

describe('secrets of a URL', () => {
  it('are its password, however it is written', () => {
    expect(proxySecrets('http://u:p%40ss@proxy:1')).toEqual(['p%40ss', 'p@ss']);
    expect(proxySecrets('u:pa@ss@proxy:1')).toEqual(['pa@ss']);
    expect(proxySecrets('http://proxy:3128')).toEqual([]);
    expect(proxySecrets('')).toEqual([]);
  });

  it('are not shown', () => {
    expect(withoutCredentials('http://u:p@ss@proxy:1')).toBe('http://***@proxy:1');
    expect(withoutCredentials('http://proxy:1')).toBe('http://proxy:1');
    expect(withoutCredentials('none')).toBe('none');
  });
});
