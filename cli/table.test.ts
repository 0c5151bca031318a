import { describe, expect, it } from 'vitest';
import { table } from './table.ts';

describe('tables', () => {
  it('stay aligned with Chinese and emoji in them', () => {
    const text = table(
      ['NAME', 'STATE', 'NOTE'],
      [
        ['gpu-07', 'ok', 'a'],
        ['算力节点', '运行', 'b'],
        ['🚀', 'ok', 'c'],
      ],
    );
    expect(text).toBe('NAME      STATE  NOTE\ngpu-07    ok     a\n算力节点  运行   b\n🚀        ok     c\n');
  });

  it('do not let what they show steer the terminal', () => {
    expect(table(['A'], [['x\u001b[2Jy\n\u009b']])).toBe('A\nx·[2Jy··\n');
  });

  it('are their heads when there is nothing to show', () => {
    expect(table(['A', 'B'], [])).toBe('A  B\n');
  });
});
