/** Messages in the person's language. Pure; a key that a language lacks does not compile. */
import { commandsEn } from './commands-en.ts';
import { commandsZhCn } from './commands-zh-cn.ts';
import { enFleet } from './en-fleet.ts';
import { en } from './en.ts';
import { zhCnFleet } from './zh-cn-fleet.ts';
import { zhCn } from './zh-cn.ts';

/** Languages that there are. */
export const languages = ['en', 'zh-CN'] as const;
/** One of `languages`. */
export type Language = (typeof languages)[number];

/** A message of the catalogue. */
export type MessageKey = keyof typeof en | keyof typeof commandsEn | keyof typeof enFleet;

/** The message for `key`, with `{name}` filled in from `values`. */
export type Translate = (key: MessageKey, values?: Readonly<Record<string, string | number>>) => string;

/** Every catalogue. */
export const catalogues: Record<Language, Readonly<Record<MessageKey, string>>> = {
  en: { ...en, ...commandsEn, ...enFleet },
  'zh-CN': { ...zhCn, ...commandsZhCn, ...zhCnFleet },
};

/** The messages of `language`. */
export function translator(language: Language): Translate {
  const catalogue = catalogues[language];
  return (key, values) => {
    const text = catalogue[key];
    if (!values) return text;
    return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  };
}
