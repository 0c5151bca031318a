/** Which key does what, where: one table for the reducer, the help and the documentation. Pure. */
import type { MessageKey } from '../../i18n/translate.ts';

/** What a key asks for. */
export type Action =
  | { kind: 'screen'; index: number }
  | { kind: 'next_screen'; by: 1 | -1 }
  | { kind: 'move'; by: number }
  | { kind: 'page'; by: 1 | -1 }
  | { kind: 'end'; at: 'first' | 'last' }
  | {
      kind:
        | 'enter'
        | 'back'
        | 'filter'
        | 'sort'
        | 'reverse'
        | 'follow'
        | 'wrap'
        | 'timestamps'
        | 'drain'
        | 'undrain'
        | 'cancel'
        | 'shell'
        | 'log'
        | 'reconnect'
        | 'copy'
        | 'language'
        | 'pause'
        | 'refresh'
        | 'help'
        | 'quit';
    };

/** A key or several that do the same. */
export interface Binding {
  /** As `keyNames` gives them. */
  keys: readonly string[];
  /** As the help shows them. */
  shown: string;
  action: Action;
  help: MessageKey;
  /** It changes something: hidden and without effect in a read-only view. */
  acts?: boolean;
}

/** Keys 1 to `count`: one for each screen. */
export function screenKeys(count: number): Binding[] {
  return Array.from({ length: count }, (_, index) => ({
    keys: [String(index + 1)],
    shown: `1-${count}`,
    action: { kind: 'screen', index },
    help: 'help.screens',
  }));
}

/** Every key of the agent's view. */
export const bindings: readonly Binding[] = [
  ...screenKeys(5),
  { keys: ['tab'], shown: 'Tab', action: { kind: 'next_screen', by: 1 }, help: 'help.next' },
  { keys: ['shift+tab'], shown: 'Tab', action: { kind: 'next_screen', by: -1 }, help: 'help.next' },
  { keys: ['up', 'k'], shown: '↑↓ j k', action: { kind: 'move', by: -1 }, help: 'help.move' },
  { keys: ['down', 'j'], shown: '↑↓ j k', action: { kind: 'move', by: 1 }, help: 'help.move' },
  { keys: ['pageup', 'ctrl+b'], shown: 'PgUp PgDn', action: { kind: 'page', by: -1 }, help: 'help.page' },
  { keys: ['pagedown', 'ctrl+f'], shown: 'PgUp PgDn', action: { kind: 'page', by: 1 }, help: 'help.page' },
  { keys: ['g', 'home'], shown: 'g G', action: { kind: 'end', at: 'first' }, help: 'help.ends' },
  { keys: ['G', 'end'], shown: 'g G', action: { kind: 'end', at: 'last' }, help: 'help.ends' },
  { keys: ['enter', 'right'], shown: 'Enter', action: { kind: 'enter' }, help: 'help.enter' },
  { keys: ['escape', 'left', 'backspace'], shown: 'Esc', action: { kind: 'back' }, help: 'help.back' },
  { keys: ['/'], shown: '/', action: { kind: 'filter' }, help: 'help.filter' },
  { keys: ['o'], shown: 'o', action: { kind: 'sort' }, help: 'help.sort' },
  { keys: ['O'], shown: 'O', action: { kind: 'reverse' }, help: 'help.reverse' },
  { keys: ['l'], shown: 'l', action: { kind: 'log' }, help: 'help.log' },
  { keys: ['f'], shown: 'f', action: { kind: 'follow' }, help: 'help.follow' },
  { keys: ['w'], shown: 'w', action: { kind: 'wrap' }, help: 'help.wrap' },
  { keys: ['t'], shown: 't', action: { kind: 'timestamps' }, help: 'help.timestamps' },
  { keys: ['d'], shown: 'd', action: { kind: 'drain' }, help: 'help.drain', acts: true },
  { keys: ['u'], shown: 'u', action: { kind: 'undrain' }, help: 'help.undrain', acts: true },
  { keys: ['x'], shown: 'x', action: { kind: 'cancel' }, help: 'help.cancel', acts: true },
  { keys: ['s'], shown: 's', action: { kind: 'shell' }, help: 'help.shell', acts: true },
  { keys: ['R'], shown: 'R', action: { kind: 'reconnect' }, help: 'help.reconnect', acts: true },
  { keys: ['c'], shown: 'c', action: { kind: 'copy' }, help: 'help.copy' },
  { keys: ['p', ' '], shown: 'p', action: { kind: 'pause' }, help: 'help.pause' },
  { keys: ['r', 'ctrl+l'], shown: 'r', action: { kind: 'refresh' }, help: 'help.refresh' },
  { keys: ['L'], shown: 'L', action: { kind: 'language' }, help: 'help.language' },
  { keys: ['?', 'h'], shown: '?', action: { kind: 'help' }, help: 'help.help' },
  { keys: ['q', 'ctrl+c'], shown: 'q', action: { kind: 'quit' }, help: 'help.quit' },
];

/** What a key asks for; undefined when it does nothing, or nothing in a read-only view. */
export type KeyTable = (key: string, readonly: boolean) => Action | undefined;

/** The keys of `known` by name. */
export function keyTable(known: readonly Binding[]): KeyTable {
  const byKey = new Map(known.flatMap((binding) => binding.keys.map((key) => [key, binding] as const)));
  return (key, readonly) => {
    const binding = byKey.get(key);
    return binding && !(readonly && binding.acts) ? binding.action : undefined;
  };
}

/** The keys of the agent's view. */
export const actionOf: KeyTable = keyTable(bindings);

/** What a terminal library says of a key press. */
export interface KeyPress {
  upArrow: boolean;
  downArrow: boolean;
  leftArrow: boolean;
  rightArrow: boolean;
  pageUp: boolean;
  pageDown: boolean;
  home: boolean;
  end: boolean;
  return: boolean;
  escape: boolean;
  ctrl: boolean;
  shift: boolean;
  tab: boolean;
  backspace: boolean;
  delete: boolean;
}

const named: readonly [keyof KeyPress, string][] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'escape'],
  ['backspace', 'backspace'],
  ['delete', 'backspace'],
];

const controls: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\u001b': 'escape',
  '\u007f': 'backspace',
};

/** Keys that came as one text (fast typing over a slow line, a paste) one by one. */
function typed(text: string): string[] {
  return Array.from(text, (character) => {
    const code = character.charCodeAt(0);
    return controls[character] ?? (code < 27 ? `ctrl+${String.fromCharCode(code + 96)}` : character);
  });
}

/** Names for a key press: `up`, `ctrl+c`, `shift+tab`, or the characters that came. */
export function keyNames(input: string, press: KeyPress): string[] {
  if (press.tab) return [press.shift ? 'shift+tab' : 'tab'];
  for (const [flag, name] of named) if (press[flag]) return [name];
  return press.ctrl ? [`ctrl+${input}`] : typed(input);
}
