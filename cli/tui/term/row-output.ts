/**
 * What Ink puts its texts together with, in what we build. Ink's own makes an object of every cell of the screen and takes
 * every text apart into characters, anew for each frame; our rows are painted and cut already and lie beside nothing. Pure.
 */
import { paintedWidth } from '../view/cells.ts';

/**
 * Texts at their places → one text, in the shape of Ink's `Output`. Texts on one line come from left to right and do not
 * overlap; nothing is clipped.
 *
 * @public
 */
export class RowOutput {
  readonly height: number;
  readonly #lines: string[];

  constructor({ height }: { height: number }) {
    this.height = height;
    this.#lines = Array.from({ length: height }, () => '');
  }

  write(x: number, y: number, text: string): void {
    for (const [index, line] of text.split('\n').entries()) {
      const before = this.#lines[y + index];
      if (before === undefined) continue;
      const gap = x === 0 ? 0 : x - paintedWidth(before);
      this.#lines[y + index] = before + ' '.repeat(Math.max(0, gap)) + line;
    }
  }

  clip(): void {}

  unclip(): void {}

  get(): { output: string; height: number } {
    return { output: this.#lines.map((line) => line.trimEnd()).join('\n'), height: this.height };
  }
}
