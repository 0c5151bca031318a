/** What every part of the view is drawn with. Pure. */
import type { Translate } from '../../i18n/translate.ts';
import type { TuiState } from '../model/state.ts';
import type { Line } from './cells.ts';
import type { Glyphs } from './glyphs.ts';
import type { Layout } from './layout.ts';

/** Size, signs and language: all that a part needs which shows what it is given. */
export interface Surface {
  layout: Layout;
  glyphs: Glyphs;
  t: Translate;
}

/** The agent's state beside them. */
export interface View extends Surface {
  state: TuiState;
}

/** The agent is not heard: what is shown is old. */
export function isOld({ state }: View): boolean {
  return state.connection.kind === 'down';
}

/** How old the status is when that is worth saying: over two intervals and not on purpose; else undefined. */
export function staleMs({ state }: View): number | undefined {
  if (state.status === undefined || state.paused) return undefined;
  const age = state.now - state.statusAt;
  return age > Math.max(2 * state.intervalMs, 3_000) ? age : undefined;
}

/** Lines in the style of what is no longer so. */
export function dimmed(lines: readonly Line[]): Line[] {
  return lines.map((line) => line.map(({ text }) => ({ text, role: 'muted' as const })));
}

/** One blank row. */
export const blank: Line = [];
