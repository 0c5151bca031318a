/** What a check of the doctor is, and what it comes to. Types only. */
import type { Finding, Values } from '../i18n/doctor.ts';
import type { Here } from './here.ts';

/** How bad it is: good, worth a look, broken, not looked at. */
export type Level = 'pass' | 'warn' | 'fail' | 'skip';

/** What a check has found; its words, and what to do next, stand in the catalogue under `finding`. */
export interface Verdict {
  level: Level;
  finding: Finding;
  values?: Values;
}

/** One line of the table. */
export interface Check {
  /** Stable: scripts and runbooks name it. */
  id: string;
  /** Looked at only when that one has not failed and was not skipped. */
  needs?: string;
  /** Facts from `here`, judged. Whatever it throws or exceeds is a failure of this check alone. */
  look(here: Here): Promise<Verdict>;
  /** What it means when it takes too long, where that is known. */
  late?: (seconds: number) => Verdict;
}

/** A check's verdict with its name and how long it took. */
export interface Result extends Verdict {
  id: string;
  durationMs: number;
}
