/** Versions of drivers and runtimes, as vendors write them: 550.54.15, 24.1.rc3, V100R001C18, 6.3.42131-1. Pure. */

/** Numbers and words in turn; what stands between them does not count. */
function parts(version: string): (number | string)[] {
  return (
    version
      .toLowerCase()
      .replace(/^v(?=\d)/, '')
      .match(/\d+|[a-z]+/g) ?? []
  ).map((part) => (/^\d/.test(part) ? Number(part) : part));
}

/** A word such as rc, alpha or beta comes before the end, and that before a number: 8.0.rc2 < 8.0 < 8.0.1. */
function rank(part: number | string | undefined): number {
  if (typeof part === 'string') return 0;
  return part === undefined ? 1 : 2;
}

/** Whether `version` is `least` or later. An unknown version ('') is not. */
export function isAtLeast(version: string, least: string): boolean {
  if (version === '') return false;
  const [a, b] = [parts(version), parts(least)];
  for (let i = 0; i < Math.max(a.length, b.length); i += 1) {
    const [x, y] = [a[i], b[i]];
    if (x === y) continue;
    // 8.0 and 8.0.0 are the same.
    if ((x === undefined && y === 0) || (x === 0 && y === undefined)) continue;
    if (rank(x) !== rank(y)) return rank(x) > rank(y);
    return x !== undefined && y !== undefined && x > y;
  }
  return true;
}
