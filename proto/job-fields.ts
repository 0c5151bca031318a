/** Fields of a job's specification that came after the first release, with what their absence means: what older clients
 * send and older stores hold is read with these. */
import type { JobSpec } from './api.ts';

/** The fields at their defaults. */
export const laterFields = {
  max_retries: 0,
  sandbox: '',
  architectures: [],
  min_driver_version: '',
  min_runtime_version: '',
  linked: false,
  min_gigaflops: {},
  max_card_hour_micro_yuan: 0,
  nodes: 1,
  node_label_rules: [],
  regions: [],
  owners: [],
  not_owners: [],
  strategy: 'pool',
  preemptible: false,
  keep_idle: false,
} satisfies Partial<JobSpec>;

type Later = keyof typeof laterFields;

/** A specification of any release with all fields. */
export function completeSpec(spec: Omit<JobSpec, Later> & Partial<JobSpec>): JobSpec {
  return { ...laterFields, ...spec };
}
