import { describe, expect, it } from 'vitest';
import { chooseLanguage } from './language.ts';
import { catalogues, languages, type MessageKey, translator } from './translate.ts';

const keys = Object.keys(catalogues.en) as MessageKey[];
const places = (text: string): string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).toSorted();

describe('the catalogues', () => {
  it.each(languages)('have every key, and nothing else, in %s', (language) => {
    expect(Object.keys(catalogues[language]).toSorted()).toEqual(keys.toSorted());
    expect(keys.filter((key) => catalogues[language][key] === '')).toEqual([]);
  });

  it.each(languages)('fill in the same values in %s', (language) => {
    for (const key of keys)
      expect([key, places(catalogues[language][key])]).toEqual([key, places(catalogues.en[key])]);
  });

  it('are in Chinese where there are words', () => {
    // Commands and placeholders are the same in both.
    const words = (text: string): string =>
      text.replaceAll(/\{\w+\}|systemctl .*|suanlink probe.*|journalctl .*/g, '');
    const same = keys.filter(
      (key) => /[a-z]{3}/.test(words(catalogues.en[key])) && catalogues.en[key] === catalogues['zh-CN'][key],
    );
    expect(same).toEqual([]);
  });

  it('fill in values, and leave what was not given', () => {
    const t = translator('en');
    expect(t('list.filter', { text: 'a{b}' })).toBe('filter: a{b}');
    expect(t('list.filter', {})).toBe('filter: {text}');
  });
});

describe('the language', () => {
  it('is what was asked for, then the environment, the configuration, the locale', () => {
    expect(chooseLanguage('zh', 'en', { LANG: 'en_US.UTF-8' })).toBe('zh-CN');
    expect(chooseLanguage(undefined, 'en', { SUANLINK_LANG: 'zh_CN' })).toBe('zh-CN');
    expect(chooseLanguage(undefined, 'zh-CN', { LANG: 'en_US.UTF-8' })).toBe('zh-CN');
    expect(chooseLanguage(undefined, undefined, { LC_ALL: 'zh_CN.UTF-8', LANG: 'en_US.UTF-8' })).toBe(
      'zh-CN',
    );
    expect(chooseLanguage(undefined, undefined, { LC_ALL: '', LC_MESSAGES: 'en_GB', LANG: 'zh_CN' })).toBe(
      'en',
    );
    expect(chooseLanguage(undefined, undefined, { LANG: 'zh_CN.GB18030' })).toBe('zh-CN');
    expect(chooseLanguage(undefined, undefined, { LANG: 'C.UTF-8' })).toBe('en');
    expect(chooseLanguage(undefined, undefined, { LANG: 'fr_FR.UTF-8' })).toBe('en');
    expect(chooseLanguage(undefined, undefined, {})).toBe('en');
  });

  it('is refused when there is no such one', () => {
    expect(() => chooseLanguage('fr', undefined, {})).toThrow(
      expect.objectContaining({ code: 'invalid_argument' }),
    );
  });
});
