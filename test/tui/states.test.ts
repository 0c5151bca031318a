/**
 * Every state of the node, on every size, in both languages, with and without colour: by the terminal's own buffer. One
 * program for each language and colour goes through all states and sizes.
 */
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { languages } from '../../cli/i18n/translate.ts';
import { scriptedAgent } from './agent.ts';
import { healthy } from './snapshots.ts';
import { nodeStates, type Told } from './states.ts';
import { openTerminal, type Terminal } from './terminal.ts';

const sizes = [
  [80, 24],
  [60, 15],
  [120, 40],
  [200, 60],
] as const;

const kinds = languages.flatMap((language) =>
  ['always', 'never'].map((color) => ({ language, color }) as const),
);

/** The screen is whole: header above, keys below, nothing wider than it. */
function expectWhole(terminal: Terminal, cols: number): void {
  const rows = terminal.rows();
  expect(rows[0]).toMatch(/^suanlink gpu-07/);
  expect(rows.at(-1)).toMatch(/q (?:quit|退出)$/);
  for (const row of rows) expect(stringWidth(row)).toBeLessThanOrEqual(cols);
}

/** Shows one state at every size. */
async function showState(
  terminal: Terminal,
  { always, roomy }: Told,
  sized: (typeof sizes)[number],
): Promise<void> {
  const [cols, rows] = sized;
  terminal.resize(cols, rows);
  await terminal.shows(cols >= 80 ? roomy : always);
  // The whole screen has been drawn anew for this size.
  await terminal.shows(new RegExp(`^(?:.*\\n){${rows - 1}}.*q (?:quit|退出)$`));
  expect(terminal.text()).toMatch(always);
  expectWhole(terminal, cols);
}

/** Names the state in what went wrong. */
async function named(name: string, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (cause) {
    throw new Error(`${name}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

describe('every state is told', () => {
  it.concurrent.each(kinds)(
    'in $language with colour $color',
    { timeout: 90_000 },
    async ({ language, color }) => {
      const agent = await scriptedAgent(healthy(8));
      await using undo = new AsyncDisposableStack();
      undo.defer(() => agent.remove());
      const args = ['top', '--socket', agent.socket, '--lang', language, '--color', color, '--interval', '1'];
      const terminal = openTerminal({ args });
      undo.defer(() => terminal.kill('SIGKILL'));
      await terminal.shows(/910B3/, 15_000);
      for (const state of nodeStates) {
        agent.say(state.status);
        for (const size of sizes)
          await named(`${state.name} at ${size.join('x')}`, showState(terminal, state[language], size));
      }
      const codes = new Set([...terminal.sent().matchAll(/\u001b\[([\d;]*)m/g)].map(([, code]) => code));
      if (color === 'never') expect([...codes].filter((code) => code !== '' && code !== '0')).toEqual([]);
      // Sixteen colours only: no 38;5, no 38;2.
      else expect([...codes].filter((code) => /38|48/.test(code ?? ''))).toEqual([]);
    },
  );
});
