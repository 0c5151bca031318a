/** A terminal's buffer as a picture: on the grid, in its colours, well-formed. */
import headless from '@xterm/headless';
import { describe, expect, it } from 'vitest';
import { svgOf } from './svg.ts';

async function shown(text: string, cols = 20, rows = 2): Promise<string> {
  const terminal = new headless.Terminal({ cols, rows, allowProposedApi: true });
  await new Promise<void>((done) => terminal.write(text, done));
  return svgOf(terminal, 'a <screen>');
}

/** The `<text>` elements: attributes and content. */
const texts = (svg: string): string[] => [...svg.matchAll(/<text [^>]*>[^<]*<\/text>/g)].map(([all]) => all);

describe('a picture of a terminal', () => {
  it('escapes what XML would take for its own', async () => {
    const svg = await shown('a<b>&"c');
    expect(svg).toContain('>a&lt;b&gt;&amp;"c</text>');
    expect(svg).toContain('<title>a &lt;screen&gt;</title>');
  });

  it('has one text for each run of a style, each at its column', async () => {
    expect(texts(await shown('ab \u001b[1;31mcd\u001b[0m'))).toEqual([
      '<text x="12" y="25" textLength="16">ab</text>',
      '<text x="36" y="25" textLength="16" fill="#ff7b72" font-weight="bold">cd</text>',
    ]);
    expect(texts(await shown('\r\n\u001b[2mx'))).toEqual(['<text x="12" y="42" opacity="0.6">x</text>']);
  });

  it('gives a Chinese character two cells, and what follows its own place', async () => {
    expect(texts(await shown('显存a'))).toEqual([
      '<text x="12" y="25" textLength="32" font-size="15">显存</text>',
      '<text x="44" y="25">a</text>',
    ]);
  });

  it('draws block elements as rectangles of their height and density', async () => {
    const svg = await shown('██▄░');
    expect(texts(svg)).toEqual([]);
    expect(svg).toContain('<rect x="12" y="12" width="16" height="17" fill="#e6edf3"/>');
    expect(svg).toContain('<rect x="28" y="20.5" width="8" height="8.5" fill="#e6edf3"/>');
    expect(svg).toContain('<rect x="36" y="12" width="8" height="17" fill="#e6edf3" fill-opacity="0.15"/>');
  });

  it('swaps the colours of inverse text, blanks included', async () => {
    const svg = await shown('\u001b[7m k \u001b[0m');
    expect(svg.match(/<rect [^>]*fill="#e6edf3"\/>/g)).toHaveLength(3);
    expect(texts(svg)).toEqual(['<text x="20" y="25" fill="#0d1117">k</text>']);
  });

  it('is the same for the same buffer', async () => {
    expect(await shown('算联 ▁▂▃ \u001b[32m●')).toBe(await shown('算联 ▁▂▃ \u001b[32m●'));
  });
});
