/** A text that is drawn again and again in one place of a terminal, or below each other where there is none. */

/** Where a text is redrawn. */
export interface Screen {
  show(text: string): void;
  /** Gives the terminal back as it was, with the last text below what stood there. */
  close(): void;
}

const enter = '\u001b[?1049h\u001b[?25l\u001b[?7l';
const leave = '\u001b[?7h\u001b[?25h\u001b[?1049l';

/** Uses the terminal's second screen, without line wrapping; lines that have no room are left out and counted. */
export function createScreen(out: NodeJS.WriteStream = process.stdout): Screen {
  if (!out.isTTY)
    return {
      show: (text) => void out.write(`${text}\n`),
      close: () => {},
    };
  let last = '';
  out.write(enter);
  return {
    show(text) {
      last = text;
      const lines = text.trimEnd().split('\n');
      const room = Math.max(1, out.rows - 1);
      const shown =
        lines.length <= room ? lines : [...lines.slice(0, room - 1), `… ${lines.length - room + 1} more`];
      out.write(`\u001b[H${shown.map((line) => `${line}\u001b[K\n`).join('')}\u001b[J`);
    },
    close() {
      out.write(leave + last);
    },
  };
}
