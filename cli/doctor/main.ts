/** The doctor's round: look, judge, tell. Loaded by `suanlink doctor` alone. */
import { SuanlinkError } from '../../proto/codes.ts';
import type { Language } from '../i18n/translate.ts';
import { writeBundle } from './bundle.ts';
import type { Check } from './check.ts';
import { type DoctorDocument, doctorDocument } from './document.ts';
import { lookHere, type Places } from './here.ts';
import { runChecks } from './run.ts';
import { allChecks } from './table.ts';

/** What to look at, and what to leave behind. */
export interface Round extends Places {
  /** Ids or their beginnings; empty: all. */
  only: readonly string[];
  skip: readonly string[];
  language: Language;
  /** Longest that one check may take, when it is not the usual. */
  capMs?: number;
  /** Where the bundle goes. */
  bundle?: string;
}

/** The checks that `only` and `skip` leave; `invalid_argument` for a word that is no check's. */
function choose(checks: readonly Check[], { only, skip }: Pick<Round, 'only' | 'skip'>): Check[] {
  const fits = (word: string, id: string): boolean => id === word || id.startsWith(`${word}.`);
  const unknown = [...only, ...skip].find((word) => !checks.some(({ id }) => fits(word, id)));
  if (unknown !== undefined)
    throw new SuanlinkError(
      'invalid_argument',
      `there is no check ${JSON.stringify(unknown)}; known: ${checks.map(({ id }) => id).join(', ')}`,
    );
  return checks.filter(
    ({ id }) =>
      (only.length === 0 || only.some((word) => fits(word, id))) && !skip.some((word) => fits(word, id)),
  );
}

/** Looks at the node; the document, after the bundle has been written. */
export async function examine(round: Round): Promise<DoctorDocument> {
  const here = lookHere(round);
  try {
    const results = await runChecks(choose(allChecks(here), round), here, round.capMs);
    const { version, language, bundle } = round;
    const document = doctorDocument(results, { version, language, at: new Date().toISOString() });
    if (bundle !== undefined) await writeBundle(here, document, bundle);
    return document;
  } finally {
    await here.close();
  }
}
