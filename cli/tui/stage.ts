/**
 * The terminal while a full-screen view has it (edge): keys in, painted rows out, its size, the signals that end it, and a
 * report when the view has a fault. Whatever ends it, the terminal is given back as it was. A frame that looks like the last
 * one costs nothing.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { openScreen, type SecondScreen } from './screen.ts';
import { openQuickShell } from './quick-shell.ts';
import type { Shell } from './shell.tsx';
import { type Colour, paint } from './term/paint.ts';
import { sizeOf } from './term/terminal-facts.ts';
import type { Line } from './view/cells.ts';

/** Columns and rows. */
export interface Size {
  cols: number;
  rows: number;
}

/** What a stage is opened with. */
export interface StageParts {
  colour: Colour;
  /** For the report of a fault. */
  version: string;
  onKey(key: string): void;
  /** Everything is to be drawn again: the size has changed, or somebody else has had the screen. */
  redraw(): void;
}

/** See the head of this file. */
export class Stage {
  readonly #parts: StageParts;
  readonly #screen: SecondScreen;
  readonly #shell: Shell;
  readonly #ended = Promise.withResolvers<number>();
  #drawn: readonly string[] = [];

  constructor(parts: StageParts) {
    this.#parts = parts;
    this.#screen = openScreen(1);
    this.#shell = openQuickShell({
      size: this.size(),
      stdin: process.stdin,
      onFrame: (lines) => this.#screen.show(lines, this.size().cols),
      onKey: (key) => parts.onKey(key),
    });
    process.stdout.on('resize', this.again);
    for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'] as const)
      process.on(signal, () => this.end(signal === 'SIGHUP' ? 129 : signal === 'SIGTERM' ? 143 : 130));
    process.on('uncaughtException', this.#crashed);
    process.on('unhandledRejection', this.#crashed);
  }

  /** Resolves with the exit code when it is to end. */
  get ended(): Promise<number> {
    return this.#ended.promise;
  }

  size(): Size {
    return sizeOf(process.stdout.columns, process.stdout.rows, process.env);
  }

  /** Puts these rows on the screen. */
  show(lines: readonly Line[]): void {
    const painted = lines.map((line) => paint(line, this.#parts.colour));
    if (painted.length === this.#drawn.length && painted.every((line, row) => line === this.#drawn[row]))
      return;
    this.#drawn = painted;
    this.#shell.draw(painted, this.size());
  }

  /** Draws everything again. */
  readonly again = (): void => {
    this.#screen.forget();
    this.#drawn = [];
    this.#parts.redraw();
  };

  /** To the terminal's clipboard (OSC 52), where it has one. */
  copy(text: string): void {
    this.#screen.raw(`\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`);
  }

  /** Screen and keys are somebody else's from now on. */
  lend(): void {
    this.#shell.away(true);
    this.#screen.lend();
  }

  /** And ours again. */
  reclaim(): void {
    this.#screen.reclaim();
    this.#shell.away(false);
    this.again();
  }

  end(code: number): void {
    this.#ended.resolve(code);
  }

  close(): void {
    this.#screen.close();
    this.#shell.close();
    process.stdout.off('resize', this.again);
    process.off('uncaughtException', this.#crashed);
    process.off('unhandledRejection', this.#crashed);
  }

  /** A fault of ours: the terminal first, then one line and where the report is. */
  readonly #crashed = (caught: unknown): void => {
    this.#screen.close();
    const error = caught instanceof Error ? caught : new Error(String(caught));
    const folder = join(process.env['XDG_STATE_HOME'] || join(homedir(), '.local/state'), 'suanlink');
    const path = join(folder, `top-crash-${process.pid}.txt`);
    const report = `${this.#parts.version}\n${error.stack ?? error.message}\n`;
    let where = '';
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(path, report, { mode: 0o600 });
      where = `; the report is in ${path}`;
    } catch {
      where = `\n${report}`;
    }
    process.stderr.write(`suanlink top: ${error.message}${where}\n`);
    process.exit(1);
  };
}
