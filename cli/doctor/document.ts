/** Results as `suanlink.doctor/v1`, and as text for a person. */
import stringWidth from 'string-width';
import { doctorWords } from '../i18n/doctor.ts';
import { type Language, translator } from '../i18n/translate.ts';
import { plain } from '../plain.ts';
import type { Level, Result } from './check.ts';

/** The document; fields may be added, never changed. Ids and findings are stable, words are for people. */
export interface DoctorDocument {
  schema: 'suanlink.doctor/v1';
  generated_at: string;
  version: string;
  sum: Record<Level, number>;
  checks: {
    id: string;
    level: Level;
    finding: string;
    message: string;
    /** '' when nothing is to be done. */
    next: string;
    values: Readonly<Record<string, string | number>>;
    duration_ms: number;
  }[];
}

/** The document of `results`. */
export function doctorDocument(
  results: readonly Result[],
  facts: { version: string; at: string; language: Language },
): DoctorDocument {
  const count = (level: Level): number => results.filter((each) => each.level === level).length;
  return {
    schema: 'suanlink.doctor/v1',
    generated_at: facts.at,
    version: facts.version,
    sum: { pass: count('pass'), warn: count('warn'), fail: count('fail'), skip: count('skip') },
    checks: results.map(({ id, level, finding, values = {}, durationMs }) => {
      const { said, next } = doctorWords(facts.language, finding, values);
      return { id, level, finding, message: said, next, values, duration_ms: durationMs };
    }),
  };
}

/** The document as lines: what is broken and what to do first in each one's place; what was skipped in one line at the end. */
export function doctorText({ checks, sum }: DoctorDocument, language: Language): string {
  const t = translator(language);
  const pad = (text: string, width: number): string =>
    text + ' '.repeat(Math.max(0, width - stringWidth(text)));
  const shown = checks.filter(({ level }) => level !== 'skip');
  const width = Math.max(...shown.map(({ id }) => id.length));
  const lines = shown.flatMap(({ id, level, message, next }) => [
    `${pad(t(`doctor.${level}`), 4)}  ${pad(id, width)}  ${plain(message)}`,
    ...(level === 'pass' || next === '' ? [] : [`      ${t('doctor.next', { text: plain(next) })}`]),
  ]);
  const skipped = checks.filter(({ level }) => level === 'skip').map(({ id }) => id);
  const rest = t('doctor.skipped', { count: skipped.length, names: skipped.join(' ') });
  return [
    ...lines,
    '',
    ...(skipped.length > 0 ? [rest] : []),
    t('doctor.sum', { pass: sum.pass, warn: sum.warn, fail: sum.fail }),
  ].join('\n');
}
