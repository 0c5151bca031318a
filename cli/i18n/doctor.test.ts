import { describe, expect, it } from 'vitest';
import { doctorCatalogues, doctorWords, type Finding } from './doctor.ts';

const { en, 'zh-CN': zh } = doctorCatalogues;
const findings = Object.keys(en) as Finding[];
const places = (text: string): string[] =>
  [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name))].toSorted();

describe('what the doctor says', () => {
  it('has every finding, with the same values and a next step or none, in both languages', () => {
    expect(Object.keys(zh).toSorted()).toEqual(findings.toSorted());
    for (const finding of findings) {
      const [[said, next], [saidZh, nextZh]] = [en[finding], zh[finding]];
      expect([finding, places(saidZh), places(nextZh ?? '')]).toEqual([
        finding,
        places(said),
        places(next ?? ''),
      ]);
    }
  });

  it('is in Chinese where there are words', () => {
    const words = (text: string): string => text.replaceAll(/\{\w+\}|[\w./-]*[./-][\w./-]*/g, '').trim();
    const same = findings.filter(
      (finding) => en[finding][0] === zh[finding][0] && /[a-z]{4}/.test(words(en[finding][0])),
    );
    expect(same).toEqual([]);
    const english = findings.filter((finding) =>
      zh[finding].some((text = '') => !/\p{Script=Han}/u.test(text) && /[a-z]{4} [a-z]{2}/.test(text)),
    );
    expect(english).toEqual([]);
  });

  it('is filled in', () => {
    expect(doctorWords('en', 'needs', { id: 'a.b' })).toEqual({
      said: 'not looked at: a.b comes first',
      next: '',
    });
    expect(doctorWords('zh-CN', 'needs', { id: 'a.b' }).said).toContain('a.b');
  });
});
