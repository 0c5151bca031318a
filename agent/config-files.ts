/** The agent's configuration on disk (edge): `agent.yaml`, and over it its part of `conf.d/` beside it. */
import { defaultFile, type Loaded, loadSettings } from '../proto/settings-files.ts';
import { type AgentConfig, table } from './config.ts';

/** Where the main file is when nobody says. */
export function defaultConfigFile(): string {
  return defaultFile('agent');
}

/** Reads everything and checks it; a file that was named must exist, the default one need not. `config_invalid`. */
export function loadConfig(named: string | undefined): Loaded<AgentConfig> {
  return loadSettings('agent', table, named, process.env.SUANLINK_CONFIG || defaultConfigFile());
}
