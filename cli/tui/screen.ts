/**
 * The terminal's second screen (edge): entered once, given back once, whatever ends the program. Frames go through
 * `diff.ts`; a frame that is worth it is wrapped in a synchronised update (DEC 2026), which terminals without it ignore.
 */
import { writeSync } from 'node:fs';
import { frameDiff, type PaintedFrame, paintedFrame } from './term/diff.ts';

const enter = '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[2J';
const leave = '\u001b[0m\u001b[?7h\u001b[?25h\u001b[?1049l';
const begin = '\u001b[?2026h';
const end = '\u001b[?2026l';
/** Bytes from which on a frame could be seen half drawn. */
const worthSync = 1024;

/** The second screen. */
export interface SecondScreen {
  show(lines: readonly string[], cols: number): void;
  /** The next frame is drawn in full: somebody else has written, or the size has changed. */
  forget(): void;
  /** To the terminal as it is. */
  raw(text: string): void;
  /** Gives the terminal back to somebody else for a while, and takes it again. */
  lend(): void;
  reclaim(): void;
  /** Gives it back for good. */
  close(): void;
}

/** Enters the second screen of the terminal on `fd`. Writes are synchronous, so that the last one is not lost. */
export function openScreen(fd: number): SecondScreen {
  let shown: PaintedFrame | undefined;
  let open = true;
  const write = (text: string): void => {
    let rest = Buffer.from(text);
    while (rest.length > 0) {
      try {
        rest = rest.subarray(writeSync(fd, rest));
      } catch (error) {
        // A slow terminal (EAGAIN) is waited for; one that has gone takes nothing more.
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
      }
    }
  };
  write(enter);
  return {
    show(lines, cols) {
      if (!open) return;
      const next = paintedFrame(lines);
      const text = frameDiff(shown, next, cols);
      shown = next;
      if (text !== '') write(text.length > worthSync ? begin + text + end : text);
    },
    forget() {
      shown = undefined;
    },
    raw: write,
    lend() {
      open = false;
      write(leave);
    },
    reclaim() {
      open = true;
      shown = undefined;
      write(enter);
    },
    close() {
      if (open) write(leave);
      open = false;
    },
  };
}
