/**
 * What a job may call a card: its model, or words of it, so that `h20` means `nvidia h20` and `a100 80gb` means
 * `nvidia a100-sxm4-80gb`. All in lower case. Pure.
 */
import type { LeasableCard } from '../fleet/layout.ts';

function words(name: string): string[] {
  return name.split(/[^\p{L}\p{N}.]+/u).filter((word) => word !== '');
}

/** Whether `name` means the card. A part of a card is meant only with its profile, as in `a100 1g.10gb`: who asks for an
 * a100 wants a whole one. */
export function isCalled({ model, info: { partition } }: LeasableCard, name: string): boolean {
  if (name === model) return true;
  const asked = words(name);
  const own = words(model);
  if (asked.length === 0 || !asked.every((word) => own.includes(word))) return false;
  return !partition || asked.includes(partition.profile.toLowerCase());
}
