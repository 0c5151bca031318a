/** What the doctor says, in the person's language: for each finding what it is, and what to do about it. Pure. */
import { type DoctorText, machineEn } from './doctor-machine-en.ts';
import { machineZhCn } from './doctor-machine-zh-cn.ts';
import { serviceEn } from './doctor-service-en.ts';
import { serviceZhCn } from './doctor-service-zh-cn.ts';
import type { Language } from './translate.ts';

/** Everything that a check can come to. */
export type Finding = keyof typeof machineEn | keyof typeof serviceEn;

/** What is filled in. */
export type Values = Readonly<Record<string, string | number>>;

/** Every finding in every language. */
export const doctorCatalogues: Record<Language, Readonly<Record<Finding, DoctorText>>> = {
  en: { ...machineEn, ...serviceEn },
  'zh-CN': { ...machineZhCn, ...serviceZhCn },
};

function fill(text: string, values: Values): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The words for a finding; `next` is '' when nothing is to be done. */
export function doctorWords(
  language: Language,
  finding: Finding,
  values: Values = {},
): { said: string; next: string } {
  const [said, next = ''] = doctorCatalogues[language][finding];
  return { said: fill(said, values), next: fill(next, values) };
}
