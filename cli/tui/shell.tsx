/**
 * The Ink shell (edge): draws rows that are painted already, and hands on key presses. It decides nothing.
 *
 * Ink keeps the tree, the layout and the keyboard. Its frames do not go to the terminal but to `onFrame`, which sends only
 * the cells that differ: what Ink itself would send for sixteen numbers that changed is four times as much.
 */
import { Writable } from 'node:stream';
import { Box, type Instance, render, Text, useInput } from 'ink';
import { memo, type ReactNode } from 'react';
import { keyNames } from './model/keys.ts';

/** One row: never shrunk to nothing, never wrapped. */
const Row = memo(
  ({ text }: { text: string }): ReactNode => (
    <Box height={1} flexShrink={0}>
      <Text wrap="truncate">{text}</Text>
    </Box>
  ),
);

interface ScreenProps {
  rows: readonly string[];
  onKey(key: string): void;
  /** The keys are somebody else's at the moment. */
  away: boolean;
}

function Screen({ rows, onKey, away }: ScreenProps): ReactNode {
  useInput(
    (input, press) => {
      for (const key of keyNames(input, press)) onKey(key);
    },
    { isActive: !away },
  );
  return (
    <Box flexDirection="column" height={rows.length} overflow="hidden">
      {rows.map((text, index) => (
        // A row is its place on the screen.
        <Row key={index} text={text} />
      ))}
    </Box>
  );
}

/** Takes Ink's frames; as large as the terminal is. */
class FrameStream extends Writable {
  readonly isTTY = true;
  columns: number;
  rows: number;
  readonly #onFrame: (lines: string[]) => void;

  constructor(size: { cols: number; rows: number }, onFrame: (lines: string[]) => void) {
    super({ decodeStrings: false });
    this.columns = size.cols;
    this.rows = size.rows;
    this.#onFrame = onFrame;
  }

  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    // In Ink's debug mode every write is one whole frame.
    if (typeof chunk === 'string' && chunk !== '' && chunk !== '\n') this.#onFrame(chunk.split('\n'));
    done();
  }
}

/** What the shell needs. */
export interface ShellParts {
  size: { cols: number; rows: number };
  stdin: NodeJS.ReadStream;
  onFrame(lines: string[]): void;
  onKey(key: string): void;
}

/** The running shell. */
export interface Shell {
  draw(rows: readonly string[], size: { cols: number; rows: number }): void;
  /** Lets go of the keyboard, or takes it back. */
  away(isAway: boolean): void;
  close(): void;
}

/** Starts Ink. */
export function openShell({ size, stdin, onFrame, onKey }: ShellParts): Shell {
  const stream = new FrameStream(size, onFrame);
  let rows: readonly string[] = [];
  let isAway = false;
  const tree = (): ReactNode => <Screen rows={rows} onKey={onKey} away={isAway} />;
  const instance: Instance = render(tree(), {
    stdout: stream as unknown as NodeJS.WriteStream,
    stdin,
    debug: true,
    interactive: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  return {
    draw(next, { cols, rows: height }) {
      rows = next;
      stream.columns = cols;
      stream.rows = height;
      instance.rerender(tree());
    },
    away(now) {
      isAway = now;
      instance.rerender(tree());
    },
    close: () => instance.unmount(),
  };
}
