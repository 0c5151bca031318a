import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageProblem } from './image.ts';

const hex = 'a'.repeat(64);

describe('image references', () => {
  it.each([
    'busybox',
    'busybox:1.36',
    'library/busybox',
    'localhost/suanlink-demo:1',
    'localhost:5000/x',
    'registry.example/team/train:1.2',
    'registry.example:5000/team/train',
    'REGISTRY.example/team/train',
    '[::1]:5000/team/train',
    'a/b/c/d/e',
    'a__b/c-d/e.f',
    'a---b',
    `busybox@sha256:${hex}`,
    `registry.example:5000/a/b:tag@sha256:${hex}`,
    `x:${'t'.repeat(128)}`,
  ])('%s is one', (text) => expect(imageProblem(text)).toBeUndefined());

  it.each([
    ['', /image is needed/],
    ['Busybox', /upper-case/],
    ['team/Busybox', /upper-case/],
    ['registry.example/Team/x', /upper-case/],
    ['a..b', /malformed part/],
    ['a//b', /malformed part/],
    ['/a', /malformed part/],
    ['a/', /malformed part/],
    ['-a', /malformed part/],
    ['a b', /malformed part/],
    ['a;rm -rf', /malformed part/],
    ['--privileged', /malformed part/],
    ['a:', /malformed tag/],
    ['a:-x', /malformed tag/],
    [`a:${'t'.repeat(129)}`, /malformed tag/],
    ['a@sha256:zz', /malformed digest/],
    [`a@${hex}`, /malformed digest/],
    ['re_gistry.example/x', /malformed host/],
    ['host:port/x', /malformed host/],
    [hex, /would be an id/],
    [`a/${'b'.repeat(254)}`, /more than 255/],
    ['x'.repeat(513), /longer than 512/],
    ['a\n', /malformed part/],
    ['image\u0000', /malformed part/],
  ])('%j is none', (text, problem) => expect(imageProblem(text)).toMatch(problem));

  it('are read in linear time, and what passes is plain', () => {
    const parts = fc.constantFrom('a', 'B', '-', '_', '.', '/', ':', '@', 'sha256:', '0', ' ', '\n', '中');
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 300 }), (words) => {
        const text = words.join('');
        const problem = imageProblem(text);
        if (problem === undefined) expect(text).toMatch(/^[A-Za-z0-9._:/@[\]-]+$/);
      }),
    );
    const before = performance.now();
    for (const word of ['a-', 'a__', 'a.', 'a/', 'A.'])
      expect(imageProblem(`${word.repeat(240 / word.length)}!`)).toBeDefined();
    expect(performance.now() - before).toBeLessThan(1000);
  });
});
