/**
 * What signals ask of a running agent (edge).
 *
 *   TERM, INT  end; containers go on running and the next agent takes them up
 *   QUIT       take no new leases, wait until none is left, end; TERM meanwhile ends at once
 *   HUP        read the configuration again: checked as a whole, then put into force, or everything stays as it was
 *   USR1       log everything; again: as configured
 */
import { SuanlinkError } from '../proto/codes.ts';
import type { Log } from './base/log.ts';
import { sharingPolicy, type AgentConfig } from './config.ts';
import { configChange, inForce } from './config-change.ts';
import type { Loaded } from '../proto/settings-files.ts';
import type { Agent } from './parts.ts';

/** Whoever started the daemon and wants to know; systemd, or nobody. */
export interface ServiceManager {
  ready(status: string): void;
  reloading(): void;
  stopping(): void;
  alive(): void;
  watchdogMs: number | undefined;
}

/** What the signals act on. */
export interface Signalled {
  agent: Agent;
  log: Log;
  manager: ServiceManager;
  loaded: Loaded<AgentConfig>;
  /** Reads the configuration anew. */
  load: () => Loaded<AgentConfig>;
  setLevel: (level: AgentConfig['log_level']) => void;
  /** The level on the command line, which wins over the configuration's. */
  fixedLevel: AgentConfig['log_level'] | undefined;
  end: () => void;
}

/** One line for the service manager and for people. */
const statusLine = 'offers this node';

/** Puts what can be applied of a new configuration into force, or says why nothing is. */
function reload(on: Signalled, before: AgentConfig, level: (of: AgentConfig) => void): AgentConfig {
  const { agent, log, manager } = on;
  manager.reloading();
  try {
    const { config, files } = on.load();
    const { applied, needRestart } = configChange(before, config);
    const now = inForce(before, config);
    agent.setPolicy(sharingPolicy(now, () => Temporal.Now.timeZoneId()));
    level(now);
    log.info('configuration_reloaded', { files: files.join(', '), applied: applied.join(', ') });
    if (needRestart.length > 0)
      log.warn('configuration_needs_restart', {
        settings: needRestart.join(', '),
        what: 'these settings stay as they were until the agent is started again',
      });
    return now;
  } catch (caught) {
    const error = SuanlinkError.from(caught, 'config_invalid', 'reloading');
    log.error('configuration_not_reloaded', { error, what: 'everything stays as it was' });
    return before;
  } finally {
    manager.ready(statusLine);
  }
}

/** Obeys signals from now on; the result stops that. */
export function obeySignals(on: Signalled): () => void {
  const { agent, log, manager, end } = on;
  let config = on.loaded.config;
  let isVerbose = false;
  const level = (of: AgentConfig): void => on.setLevel(isVerbose ? 'debug' : (on.fixedLevel ?? of.log_level));
  const handlers: Partial<Record<NodeJS.Signals, (signal: NodeJS.Signals) => void>> = {
    SIGTERM: stop,
    SIGINT: stop,
    SIGQUIT: () => {
      log.info('finishing', { signal: 'SIGQUIT', leases: 'run to their end; no new ones' });
      agent.finish('the agent ends when its leases have ended').then(
        () => stop('SIGQUIT'),
        (error: unknown) => log.error('failed', { doing: 'finish', error }),
      );
    },
    SIGHUP: () => {
      config = reload(on, config, level);
    },
    SIGUSR1: () => {
      isVerbose = !isVerbose;
      level(config);
      log.info('log_level', { level: isVerbose ? 'debug' : config.log_level });
    },
  };
  function stop(signal: NodeJS.Signals): void {
    log.info('stopping', { signal, containers: 'left running' });
    manager.stopping();
    end();
  }
  const names = Object.keys(handlers) as NodeJS.Signals[];
  for (const name of names) {
    const handler = handlers[name];
    if (handler) process.on(name, handler);
  }
  manager.ready(statusLine);
  return () => {
    for (const name of names) {
      const handler = handlers[name];
      if (handler) process.off(name, handler);
    }
  };
}
