/**
 * The scheduler's configuration (edge): options win over the environment (`SUANLINK_SCHEDULER_TTL` and the like), that over
 * `scheduler.yaml` and its part of `conf.d/` beside it.
 */
import { defaultFile, type Loaded, loadSettings } from '../proto/settings-files.ts';
import { optionOf, overlaid, type SchedulerConfig, table, type Words } from './config.ts';

/** Where settings come from beside the files. */
export interface Sources {
  /** The main file, when an option names it: it must exist then. */
  file: string | undefined;
  env: Readonly<Record<string, string | undefined>>;
  options: Words['said'];
}

/** Where the main file is when nobody says. */
export function defaultConfigFile(): string {
  return defaultFile('scheduler');
}

const variable = (name: keyof SchedulerConfig): string => `SUANLINK_SCHEDULER_${name.toUpperCase()}`;

/** Reads everything and checks it. `config_invalid` with every problem of the first place that has any. */
export function loadConfig({ file, env, options }: Sources): Loaded<SchedulerConfig> {
  const usual = env['SUANLINK_SCHEDULER_CONFIG'] || defaultConfigFile();
  const loaded = loadSettings('scheduler', table, file, usual);
  const names = Object.keys(table.defaults) as (keyof SchedulerConfig)[];
  const said = Object.fromEntries(
    names.flatMap((name) => {
      const value = env[variable(name)];
      return value ? [[name, value]] : [];
    }),
  );
  const withEnvironment = overlaid(loaded, { called: variable, said });
  return { ...loaded, ...overlaid(withEnvironment, { called: optionOf, said: options }) };
}
