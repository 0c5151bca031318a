/** Painted rows pass through Ink's rendering as they are. */
import { expect, it } from 'vitest';
import { RowOutput } from './row-output.ts';

it('has every row at its line, and as many lines as the screen', () => {
  const output = new RowOutput({ height: 4 });
  output.write(0, 0, '\u001b[32m●\u001b[39m 正常  ');
  output.write(0, 2, 'a\nb');
  output.write(0, 4, 'below the screen');
  expect(output.get()).toEqual({ output: '\u001b[32m●\u001b[39m 正常\n\na\nb', height: 4 });
});

it('puts a text beside another by its cells', () => {
  const output = new RowOutput({ height: 1 });
  output.write(0, 0, '\u001b[1m显存\u001b[22m');
  output.write(6, 0, '64G');
  expect(output.get().output).toBe('\u001b[1m显存\u001b[22m  64G');
});
