/** Which language: `--lang`, then SUANLINK_LANG, then the person's configuration, then the locale. Pure. */
import { SuanlinkError } from '../../proto/codes.ts';
import type { Language } from './translate.ts';

/** Each of them; not from the catalogues, which a command that says nothing does not load. */
const known: Record<Language, true> = { en: true, 'zh-CN': true };

/** The language that a locale or a word such as `zh`, `zh_CN.UTF-8` or `en-GB` stands for; undefined for others. */
function languageOf(word: string | undefined): Language | undefined {
  if (word === undefined || word === '') return undefined;
  if (/^(?:C|POSIX)(?:\.|$)/i.test(word) || /^en/i.test(word)) return 'en';
  return /^zh/i.test(word) ? 'zh-CN' : undefined;
}

/** The language to speak. `invalid_argument` when `--lang` names one that there is not. */
export function chooseLanguage(
  asked: string | undefined,
  configured: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Language {
  if (asked !== undefined) {
    const found = languageOf(asked);
    if (found === undefined)
      throw new SuanlinkError(
        'invalid_argument',
        `--lang is ${Object.keys(known).join(' or ')}, not ${JSON.stringify(asked)}`,
      );
    return found;
  }
  // An empty LC_ALL counts as unset; the first that is set decides, as in libc.
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'];
  return languageOf(env['SUANLINK_LANG']) ?? languageOf(configured) ?? languageOf(locale) ?? 'en';
}
