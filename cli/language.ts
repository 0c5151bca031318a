/** Which language this person is spoken to in (edge): what was asked for, else the environment and the configuration. */
import { existsSync } from 'node:fs';
import { configPath } from './config-path.ts';
import { chooseLanguage } from './i18n/language.ts';
import type { Language, Translate } from './i18n/translate.ts';

/** The language that the configuration asks for. A file that cannot be read is reported by those who need what is in it. */
async function configured(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (env['SUANLINK_LANG'] || !existsSync(configPath(env))) return undefined;
  const { readContexts } = await import('./contexts.ts');
  try {
    return readContexts(env).language;
  } catch {
    return undefined;
  }
}

/** The language to speak; `asked`: what `--lang` says. `invalid_argument` when there is no such language. */
export async function languageHere(asked: string | undefined): Promise<Language> {
  const { env } = process;
  return chooseLanguage(asked, asked === undefined ? await configured(env) : undefined, env);
}

/** Messages in that language. Fails as `languageHere` does. */
export async function speech(asked: string | undefined): Promise<Translate> {
  const [language, { translator }] = await Promise.all([languageHere(asked), import('./i18n/translate.ts')]);
  return translator(language);
}
