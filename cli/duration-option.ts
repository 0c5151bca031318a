/** Durations on the command line. Pure. */
import { parseDuration } from '../proto/duration.ts';
import { SpokenError } from './i18n/spoken-error.ts';

/** Milliseconds of `text`; `invalid_argument` in the person's language. */
export function durationOption(text: string): number {
  try {
    return parseDuration(text);
  } catch {
    // The cause says the same, in English.
    throw new SpokenError('invalid_argument', 'error.duration', { text: JSON.stringify(text) });
  }
}
