/** Calendar months, in which card-hours are granted. China Standard Time, which has no summer time. Pure. */

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const zoneMs = 8 * hourMs;

/** Names the calendar month (UTC+8) of a Unix time: `2026-11`. */
export function monthOf(unixMs: number): string {
  return new Date(unixMs + zoneMs).toISOString().slice(0, 7);
}

/** When the month of a Unix time began. */
export function monthStart(unixMs: number): number {
  return Date.parse(`${monthOf(unixMs)}-01T00:00:00+08:00`);
}

/** When the month of a Unix time ends. */
export function monthEnd(unixMs: number): number {
  const month = monthOf(unixMs);
  let at = unixMs - ((unixMs + zoneMs) % dayMs);
  while (monthOf(at) === month) at += dayMs;
  return at;
}
