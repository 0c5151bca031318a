/** What a reload can put into force while the agent runs. Pure. */
import { type ConfigChange, settingsChange, settingsInForce } from '../proto/settings.ts';
import type { AgentConfig } from './config.ts';

/** Settings that are looked at whenever they are needed; all others are built into parts that live as long as the agent. */
const live: ReadonlySet<keyof AgentConfig> = new Set<keyof AgentConfig>([
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

/** Compares two configurations, setting by setting. */
export function configChange(before: AgentConfig, after: AgentConfig): ConfigChange {
  return settingsChange(live, before, after);
}

/** What is in force after a reload: of `after` what can be applied, all else as it was. */
export function inForce(before: AgentConfig, after: AgentConfig): AgentConfig {
  return settingsInForce(live, before, after);
}
