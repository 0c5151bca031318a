/** What a reload can put into force while the agent runs. Pure. */
import { type AgentConfig, defaults } from './config.ts';

/** Settings that are looked at whenever they are needed; all others are built into parts that live as long as the agent. */
const live: ReadonlySet<string> = new Set<keyof AgentConfig>([
  'only',
  'withhold',
  'hours',
  'time_zone',
  'allow_orgs',
  'deny_orgs',
  'max_lease',
  'max_cards',
  'external_use',
  'log_level',
]);

/** Keys that differ, by what it takes to put them into force. */
export interface ConfigChange {
  applied: string[];
  needRestart: string[];
}

/** Compares two configurations, setting by setting. */
export function configChange(before: AgentConfig, after: AgentConfig): ConfigChange {
  const names = Object.keys(defaults) as (keyof AgentConfig)[];
  const changed = names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  return {
    applied: changed.filter((name) => live.has(name)),
    needRestart: changed.filter((name) => !live.has(name)),
  };
}

/** What is in force after a reload: of `after` what can be applied, all else as it was. */
export function inForce(before: AgentConfig, after: AgentConfig): AgentConfig {
  const applied = configChange(before, after).applied as (keyof AgentConfig)[];
  return { ...before, ...Object.fromEntries(applied.map((name) => [name, after[name]])) };
}
