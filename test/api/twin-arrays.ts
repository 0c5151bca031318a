/** Arrays of the twin's jobs: `%` in a script stands for the index. */
import type { JobSpec, JobView } from '../../proto/api.ts';
import { arrayMember, type JobId } from '../../proto/ids.ts';

/** What job `index` is to do. */
export function memberSpec(spec: JobSpec, index: number): JobSpec {
  return { ...spec, command: spec.command.map((word) => word.replaceAll('%', String(index))) };
}

/** Which jobs the array has whose first is `first`. */
export function membersOf(first: string, size: number): (Pick<JobView, 'array'> & { id: JobId })[] {
  return Array.from({ length: size }, (_, index) => ({
    id: arrayMember(first as JobId, index),
    array: { id: first, index, size },
  }));
}
