/**
 * The Ink shell, there before Ink is (edge). Reading Ink and React takes longer than all else that a view does to start, so
 * the first rows go to the screen by themselves; Ink is loaded when they stand, and has the keyboard and every later frame.
 * What is typed meanwhile waits in the terminal, unseen.
 */
import type { Shell, ShellParts } from './shell.tsx';

/** How long the first rows may wait for others before Ink is loaded nevertheless. */
const patienceMs = 150;

class QuickShell implements Shell {
  readonly #parts: ShellParts;
  readonly #timer: NodeJS.Timeout;
  #ink: Shell | undefined;
  #last: Parameters<Shell['draw']> | undefined;
  #isLoading = false;
  #isAway = false;
  #isClosed = false;

  constructor(parts: ShellParts) {
    this.#parts = parts;
    parts.stdin.setRawMode(true);
    this.#timer = setTimeout(() => this.#load(), patienceMs);
  }

  draw(...frame: Parameters<Shell['draw']>): void {
    if (this.#ink) return this.#ink.draw(...frame);
    const isFirst = this.#last === undefined;
    this.#last = frame;
    this.#parts.onFrame([...frame[0]]);
    // The first frame says that the agent is being asked, the second one what it has answered.
    if (!isFirst) setImmediate(() => this.#load());
  }

  away(isAway: boolean): void {
    this.#isAway = isAway;
    this.#ink?.away(isAway);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    if (this.#ink) this.#ink.close();
    else this.#parts.stdin.setRawMode(false);
  }

  #load(): void {
    if (this.#isLoading || this.#isClosed) return;
    this.#isLoading = true;
    clearTimeout(this.#timer);
    // A build without Ink is no build: what goes wrong here is a fault of ours, and is reported as one.
    void import('./shell.tsx').then(({ openShell }) => {
      if (this.#isClosed) return;
      const ink = openShell({ ...this.#parts, size: this.#last?.[1] ?? this.#parts.size });
      this.#ink = ink;
      if (this.#isAway) ink.away(true);
      if (this.#last) ink.draw(...this.#last);
    });
  }
}

/** Opens the shell; the rows of the first frame are drawn at once. */
export function openQuickShell(parts: ShellParts): Shell {
  return new QuickShell(parts);
}
