/** Errors that can be told in the person's language. Pure. */
import { type Code, SuanlinkError } from '../../proto/codes.ts';
import { codesZhCn } from './codes-zh-cn.ts';
import { configProblems } from './config-zh-cn.ts';
import { type Language, type MessageKey, translator } from './translate.ts';

type Values = Readonly<Record<string, string | number>>;

/** An error whose message is in the catalogue; `message` is the English one. */
export class SpokenError extends SuanlinkError {
  readonly key: MessageKey;
  readonly values: Values;

  constructor(code: Code, key: MessageKey, values: Values = {}, options: { cause?: unknown } = {}) {
    super(code, translator('en')(key, values), options);
    this.key = key;
    this.values = values;
  }
}

/** The error's message in `language`. Where only its words in English are known, they follow what its code means. */
export function spoken(error: SuanlinkError, language: Language): string {
  if (error instanceof SpokenError) return translator(language)(error.key, error.values);
  if (language === 'en') return error.message;
  const words = error.code === 'config_invalid' ? configProblems(error.message) : error.message;
  return `${codesZhCn[error.code]}：${words}`;
}
