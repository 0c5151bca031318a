/**
 * Links between AMD cards in the outputs of `rocm-smi --showtopo`. Pure. The JSON has them under `system`, by pairs of
 * indexes; the text has a matrix for each question, and only the one of link types tells what a link is.
 */
import type { TopologyReading } from './probe.ts';
import { linkMatrix } from './text-matrix.ts';

function inJson(system: ReadonlyMap<string, string>): TopologyReading | undefined {
  const links: Record<string, Record<string, string>> = {};
  for (const [key, value] of system) {
    const [, one, other] =
      /^\(topology\) link type between drm devices (\d{1,4}) and (\d{1,4})$/.exec(key) ?? [];
    if (one === undefined || other === undefined) continue;
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const) {
      const row = (links[`GPU${from}`] ??= { [`GPU${from}`]: 'X' });
      row[`GPU${to}`] = value;
    }
  }
  const devices = Object.keys(links);
  return devices.length === 0 ? undefined : { devices, links };
}

/** The matrix below `Link Type between two GPUs`, in which a card's link to itself is 0. */
function inText(lines: readonly string[]): TopologyReading | undefined {
  const at = lines.findIndex((line) => /Link Type between two GPUs/i.test(line));
  if (at < 0) return undefined;
  const end = lines.findIndex((line, row) => row > at && /={10}/.test(line));
  const rows = lines.slice(at + 1, end < 0 ? undefined : end);
  return (
    linkMatrix(
      rows.map((line) => line.replace(/(?<=\s)0(?=\s|$)/g, 'X')),
      /^GPU\d+$/,
    ) ?? undefined
  );
}

/** Links between the cards, undefined where the output does not speak of them. */
export function linksOf(
  system: ReadonlyMap<string, string>,
  lines: readonly string[],
): TopologyReading | undefined {
  return inJson(system) ?? inText(lines);
}
