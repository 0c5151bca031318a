import { describe, expect, it } from 'vitest';
import { parseContexts } from './contexts.ts';

describe('the configuration file', () => {
  it('has contexts', () => {
    const text = 'current: pool\ncontexts:\n  pool:\n    scheduler: https://pool:7443\n    token_file: /t\n';
    expect(parseContexts(text, 'f')).toEqual({
      current: 'pool',
      contexts: { pool: { scheduler: 'https://pool:7443', token_file: '/t' } },
    });
    expect(parseContexts('', 'f')).toEqual({ contexts: {} });
  });

  it.each([
    ['curent: x\n', 'f:1:9: unknown key "curent"; known are current, language and contexts'],
    ['contexts:\n  a:\n    shceduler: x\n', 'f:3:16: unknown key "shceduler"; known are scheduler, token'],
    ['contexts:\n  a:\n    token: 7\n', 'f:3:12: token must be text'],
    ['contexts:\n  a: 7\n', 'f:2:6: context a must be a map'],
    ['contexts: []\n', 'f:1:11: contexts must be a map'],
    ['current: [a]\n', 'f:1:10: current must be a name'],
    ['- a\n', 'f:1:1: must be a map'],
    ['a: b: c\n', 'f:1:4: '],
  ])('%j is refused with its place', (text, message) => {
    expect(() => parseContexts(text, 'f')).toThrow(expect.objectContaining({ code: 'config_invalid' }));
    expect(() => parseContexts(text, 'f')).toThrow(message);
  });
});
