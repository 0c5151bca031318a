/** The last row: what the keys do here, a question, or a word about what has just been done. Pure. */
import type { MessageKey } from '../../i18n/translate.ts';
import { listOf, subjectLease } from '../model/act.ts';
import { confirmation } from '../model/prompt.ts';
import type { Prompt } from '../model/state.ts';
import { shortId } from '../model/format.ts';
import { cutLine, type Line, lineWidth, segment } from './cells.ts';
import type { Surface, View } from './context.ts';

/** Keys worth showing at this moment, the most useful first. */
function hints({ state }: View): MessageKey[] {
  const { status, connection } = state;
  const acts = !state.readonly && connection.kind === 'live';
  const list = listOf(state);
  const draining = status?.agent.state === 'draining';
  const lease = subjectLease(state);
  const leaseHere = list === 'leases' || state.detail?.kind === 'lease';
  return [
    ...(state.detail ? (['footer.back'] as const) : (['footer.screens'] as const)),
    ...(list === 'devices' || list === 'leases' ? (['footer.detail'] as const) : []),
    ...(acts ? ([draining ? 'footer.undrain' : 'footer.drain'] as const) : []),
    ...(acts && status && status.scheduler.state !== 'connected' ? (['footer.reconnect'] as const) : []),
    ...(acts && leaseHere && lease ? (['footer.cancel', 'footer.shell'] as const) : []),
    ...(list === 'devices' && lease ? (['footer.logs'] as const) : []),
    ...(list === 'devices' || list === 'leases' ? (['footer.filter', 'footer.sort'] as const) : []),
    'footer.help',
    'footer.quit',
  ];
}

/** As many of `keys`, each with what it does, as fit. */
export function hintLine({ t, layout }: Surface, keys: readonly MessageKey[]): Line {
  // Help and quit are always shown; of the others as many as fit.
  const last = keys.slice(-2);
  const line = (shown: readonly MessageKey[]): Line =>
    shown.flatMap((key, index) => {
      const [name = '', ...rest] = t(key).split(' ');
      return [
        segment(index === 0 ? ' ' : '  '),
        segment(name, 'accent'),
        segment(` ${rest.join(' ')}`, 'muted'),
      ];
    });
  let shown = keys.slice(0, -2);
  while (shown.length > 0 && lineWidth(line([...shown, ...last])) > layout.cols) shown = shown.slice(0, -1);
  return cutLine(line([...shown, ...last]), layout.cols);
}

/** A question and what has been typed so far. */
export function typed(label: string, text: string, problem = ''): Line {
  return [
    segment(` ${label} `, 'accent', { bold: true }),
    segment(text),
    { text: ' ', inverse: true },
    ...(problem === '' ? [] : [segment(`  ${problem}`, 'crit')]),
  ];
}

/** What is asked, what has been typed, and how to get out of it. */
function promptLine(view: View, prompt: Prompt): Line {
  const { t } = view;
  switch (prompt.kind) {
    case 'filter':
      return typed('/', prompt.text);
    case 'undrain':
      return [segment(` ${t('prompt.undrain')} `, 'accent', { bold: true })];
    case 'drain':
      return prompt.step === 'reason'
        ? typed(t('prompt.drain_reason'), prompt.reason)
        : typed(
            t('prompt.drain_deadline'),
            prompt.deadline,
            prompt.problem && t('error.duration', { text: prompt.problem }),
          );
    case 'cancel': {
      const id = confirmation(prompt.lease);
      if (prompt.step === 'reason')
        return typed(t('prompt.cancel_reason', { lease: shortId(prompt.lease) }), prompt.reason);
      const problem = prompt.problem === '' ? '' : t('prompt.cancel_wrong', { id });
      return typed(t('prompt.cancel', { lease: shortId(prompt.lease), id }), prompt.typed, problem);
    }
  }
}

/** The row. */
export function footer(view: View): Line {
  const { state, layout } = view;
  if (state.prompt) return cutTail(promptLine(view, state.prompt), layout.cols);
  if (state.toast)
    return cutLine([segment(` ${state.toast.text}`, state.toast.role, { bold: true })], layout.cols);
  return hintLine(view, hints(view));
}

/** A prompt that is too long loses its label, never what is being typed. */
export function cutTail(line: Line, cols: number): Line {
  if (lineWidth(line) <= cols) return line;
  const [label, ...rest] = line;
  const room = Math.max(0, cols - lineWidth(rest));
  return cutLine(label && room > 6 ? [...cutLine([label], room), ...rest] : rest, cols);
}
