/** Questions at the bottom of the screen: what is typed, and what an answer does. Pure. */
import { parseDuration } from '../../../proto/duration.ts';
import type { Effect } from './effects.ts';
import type { Prompt } from './state.ts';

/** What a key does to a prompt: it stays in another form, or it is over, with what follows. */
export type Answer = { prompt: Prompt } | { over: 'given' | 'left'; effects: Effect[] };

/** Longest text that is taken. */
const maxText = 200;

/** Edits a text by one key; undefined when the key is none that edits. */
export function edited(text: string, key: string): string | undefined {
  if (key === 'backspace') return text.replace(/.$/su, '');
  if (key === 'ctrl+u') return '';
  if (key === 'ctrl+w') return text.replace(/\S*\s*$/, '');
  // A paste comes as one text; names of keys have more than one letter and are known.
  if (/^(?:up|down|left|right|pageup|pagedown|home|end|enter|escape|tab|shift\+tab|ctrl\+.*)$/.test(key))
    return undefined;
  const typed = key.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
  return (text + typed).slice(0, maxText);
}

/** The part of a lease id that has to be typed: the first four characters behind its prefix. */
export function confirmation(lease: string): string {
  return lease.replace(/^lease-/, '').slice(0, 4);
}

function confirms(lease: string, typed: string): boolean {
  const word = typed.trim().toLowerCase();
  return word === confirmation(lease) || word === lease || word === `lease-${confirmation(lease)}`;
}

/** What `key` does while `prompt` is asked. */
export function answer(prompt: Prompt, key: string): Answer {
  if (key === 'escape' || key === 'ctrl+c') return { over: 'left', effects: [] };
  switch (prompt.kind) {
    case 'filter':
      return key === 'enter' || key === 'down' || key === 'up'
        ? { over: 'given', effects: [] }
        : { prompt: { ...prompt, text: edited(prompt.text, key) ?? prompt.text } };
    case 'undrain':
      if (key === 'y' || key === 'enter') return { over: 'given', effects: [{ kind: 'undrain' }] };
      return key === 'n' ? { over: 'left', effects: [] } : { prompt };
    case 'drain':
      return drainAnswer(prompt, key);
    case 'cancel':
      return cancelAnswer(prompt, key);
  }
}

function drainAnswer(prompt: Extract<Prompt, { kind: 'drain' }>, key: string): Answer {
  const { step, reason, deadline } = prompt;
  if (key !== 'enter')
    return { prompt: { ...prompt, problem: '', [step]: edited(prompt[step], key) ?? prompt[step] } };
  if (step === 'reason') return { prompt: { ...prompt, step: 'deadline', problem: '' } };
  if (deadline.trim() === '') return { over: 'given', effects: [{ kind: 'drain', reason: reason.trim() }] };
  try {
    const deadlineMs = parseDuration(deadline.trim());
    return { over: 'given', effects: [{ kind: 'drain', reason: reason.trim(), deadlineMs }] };
  } catch {
    return { prompt: { ...prompt, problem: JSON.stringify(prompt.deadline) } };
  }
}

function cancelAnswer(prompt: Extract<Prompt, { kind: 'cancel' }>, key: string): Answer {
  const { lease, step, typed, reason } = prompt;
  if (step === 'id') {
    if (key === 'enter')
      return confirms(lease, typed)
        ? { prompt: { ...prompt, step: 'reason', problem: '' } }
        : { prompt: { ...prompt, problem: confirmation(lease) } };
    return { prompt: { ...prompt, problem: '', typed: edited(typed, key) ?? typed } };
  }
  if (key === 'enter') return { over: 'given', effects: [{ kind: 'cancel', lease, reason: reason.trim() }] };
  return { prompt: { ...prompt, reason: edited(reason, key) ?? reason } };
}
