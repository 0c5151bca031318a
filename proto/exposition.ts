/**
 * Metrics as Prometheus reads them (text format 0.0.4), built when somebody asks. Pure. Names are those of OpenTelemetry with
 * dots as underscores and the unit at the end; what has no name there begins with `suanlink_`.
 */

/** One value with its labels. */
export type Sample = readonly [labels: Readonly<Record<string, string | number>>, value: number];

/** One metric. A counter's name ends in `_total`, unless it is the sum or count of something. */
export interface Family {
  name: string;
  kind: 'gauge' | 'counter';
  help: string;
  samples: readonly Sample[];
}

/** A gauge of these values; null is not known, and is left out. */
export function gauge(
  name: string,
  help: string,
  ...samples: (readonly [Sample[0], number | null])[]
): Family {
  return { name, kind: 'gauge', help, samples: known(samples) };
}

/** A counter of these values; null is not known, and is left out. */
export function counter(
  name: string,
  help: string,
  ...samples: (readonly [Sample[0], number | null])[]
): Family {
  return { name, kind: 'counter', help, samples: known(samples) };
}

function known(samples: readonly (readonly [Sample[0], number | null])[]): Sample[] {
  return samples.flatMap(([labels, value]) => (value === null ? [] : [[labels, value] as const]));
}

function escaped(value: string | number): string {
  return String(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function line(name: string, [labels, value]: Sample): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`;
}

/** The text; metrics without values are left out. */
export function exposition(families: readonly Family[]): string {
  return families
    .filter(({ samples }) => samples.length > 0)
    .map(({ name, kind, help, samples }) =>
      [
        `# HELP ${name} ${help}`,
        `# TYPE ${name} ${kind}`,
        ...samples.map((each) => line(name, each)),
        '',
      ].join('\n'),
    )
    .join('');
}

/** Most values of one label: what has more is summed under `other`. */
const maxLabels = 100;

/** Values by one label, the greatest first and the small ones together, so that no scrape grows without bound. */
export function bounded(label: string, values: ReadonlyMap<string, number>, most = maxLabels): Sample[] {
  const sorted = [...values].toSorted(([, a], [, b]) => b - a);
  const rest = sorted.slice(most).reduce((sum, [, value]) => sum + value, 0);
  return [
    ...sorted.slice(0, most).map(([name, value]): Sample => [{ [label]: name }, value]),
    ...(sorted.length > most ? [[{ [label]: 'other' }, rest] as const] : []),
  ];
}
