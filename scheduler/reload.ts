/** A running scheduler's configuration read again: checked as a whole, then put into force, or everything stays as it was. */
import { SuanlinkError } from '../proto/codes.ts';
import type { Loaded } from '../proto/settings-files.ts';
import { configChange, inForce, type SchedulerConfig } from './config.ts';
import type { Log } from './ports.ts';

/** What a reload works with. */
export interface Reloading {
  /** Reads the configuration anew; `config_invalid`. */
  load: () => Loaded<SchedulerConfig>;
  /** Puts into force what can be. */
  apply: (config: SchedulerConfig) => void;
  log: Log;
}

/** What is in force afterwards; `before` is what was. The log says what was applied and what needs a restart. */
export function reload({ load, apply, log }: Reloading, before: SchedulerConfig): SchedulerConfig {
  try {
    const { config, files } = load();
    const { applied, needRestart } = configChange(before, config);
    const now = inForce(before, config);
    apply(now);
    log.info('configuration_reloaded', { files: files.join(', '), applied: applied.join(', ') });
    if (needRestart.length > 0)
      log.warn('configuration_needs_restart', {
        settings: needRestart.join(', '),
        what: 'these settings stay as they were until the scheduler is started again',
      });
    return now;
  } catch (caught) {
    const error = SuanlinkError.from(caught, 'config_invalid', 'reloading');
    log.error('configuration_not_reloaded', { error, what: 'everything stays as it was' });
    return before;
  }
}
