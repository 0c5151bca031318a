/** The commands that run daemons on the command line: scheduler, agent, demo. */
import { type Command, Option } from 'commander';
import type { AgentOptions } from '../commands/agent.ts';
import type { SchedulerOptions } from '../commands/scheduler.ts';
import type { BackupOptions } from '../commands/scheduler-backup.ts';
import { collect, type Done, withExamples } from './options.ts';

/** The options of a log. They have no defaults here, nor do others of a daemon: those would hide its configuration. */
function withLog(command: Command): Command {
  return command
    .addOption(
      new Option('--log-format <FORMAT>', 'how to log on stderr (default: text)').choices(['text', 'json']),
    )
    .addOption(
      new Option('--log-level <LEVEL>', 'what to log (default: info)').choices([
        'debug',
        'info',
        'warn',
        'error',
      ]),
    );
}

/** Every setting of `scheduler.yaml` as an option: what is said here wins. */
function withSettings(scheduler: Command): Command {
  return scheduler
    .option('--listen <ADDRESS>', 'host:port, [ipv6]:port or unix:/path (default: 0.0.0.0:7443)')
    .option(
      '--metrics-listen <ADDRESS>',
      'also serve /metrics, /healthz and /readyz there, without TLS: 127.0.0.1:9468 (default: not)',
    )
    .addOption(
      new Option('--tls <MODE>', 'off only on loopback or a unix socket (default: on)').choices([
        'on',
        'off',
      ]),
    )
    .option('--hostname <NAME>', 'a further name or address for the certificate; may be repeated', collect)
    .option('--public-url <URL>', 'what join tokens say (default: the address it listens at)')
    .option('--org <NAME>', 'organisation of the first admin token (default: default)')
    .option('--ttl <DURATION>', 'how long a lease lives without being renewed (default: 30s)')
    .option('--heartbeat <DURATION>', 'how often agents report (default: 10s)')
    .option('--log-age <DURATION>', 'remove the output of jobs so long after their end (default: 30d)')
    .option('--log-size <SIZE>', 'keep at most so much output, the oldest goes first (default: 64GiB)')
    .option('--mass-loss-nodes <N>', 'stop granting when so many nodes vanish at once (default: 3)')
    .option('--mass-loss-share <PERCENT>', 'and they are this share of those connected (default: 50)')
    .option('--mass-loss-hold <DURATION>', 'for at most so long (default: 10min)')
    .option(
      '--preempt-notice <DURATION>',
      'between SIGTERM and SIGKILL of preemptible jobs that give way (default: 30s)',
    )
    .option(
      '--reclaim-notice <DURATION>',
      'the same for jobs on cards that are guaranteed to others (default: 5min)',
    )
    .option('--idle-below <PERCENT>', 'a card that is used less than this idles (default: 3)')
    .option('--idle-after <DURATION>', "warn a lease after so long; 'never' (default: 1h)")
    .option(
      '--idle-notice <DURATION>',
      'then take it back after others have waited so long (default: 15min)',
    );
}

/** Defines `scheduler`. */
function defineScheduler(program: Command, done: Done): void {
  const scheduler = program
    .command('scheduler')
    .summary('run a scheduler')
    .description(
      'Runs a scheduler in the foreground until SIGTERM or Ctrl-C. At the first start it makes its own certificate authority and an admin token in its state directory. Options win over the environment (SUANLINK_SCHEDULER_TTL and the like), that over scheduler.yaml; SIGHUP reads it again.',
    )
    .option(
      '--config <FILE>',
      'configuration (default: /etc/suanlink/scheduler.yaml as root; env SUANLINK_SCHEDULER_CONFIG)',
    )
    .option(
      '--state-dir <DIR>',
      'state, keys and the admin token (default: /var/lib/suanlink/scheduler as root, else under $XDG_STATE_HOME)',
    )
    .action(async (options: SchedulerOptions) => {
      const { schedulerCommand } = await import('../commands/scheduler.ts');
      done(await schedulerCommand(options));
    });
  withLog(withSettings(scheduler));
  defineBackup(scheduler, done);
  withExamples(
    scheduler,
    'suanlink scheduler --hostname pool.example',
    'suanlink scheduler --listen 127.0.0.1:7443 --state-dir /tmp/pool',
    'suanlink scheduler --listen unix:/run/suanlink/scheduler.sock --tls off',
  );
}

/** Defines `scheduler backup` and `scheduler restore`. */
function defineBackup(scheduler: Command, done: Done): void {
  const stateHelp = 'state directory (default: /var/lib/suanlink/scheduler as root)';
  const backup = scheduler
    .command('backup')
    .summary('copy the state, also of a running scheduler')
    .description(
      'Copies database and keys as of one moment into a folder and prints its path. The output of jobs is not in it.',
    )
    .option('--state-dir <DIR>', stateHelp)
    .option('--to <DIR>', 'where to (default: backups/TIME in the state directory)')
    .option('--timeout <DURATION>', 'how long a running scheduler may take', '10min')
    .action(async (options: BackupOptions) => {
      const { backupScheduler } = await import('../commands/scheduler-backup.ts');
      done(await backupScheduler(options));
    });
  withExamples(backup, 'suanlink scheduler backup --to /srv/backup/suanlink-$(date +%F)');
  const restore = scheduler
    .command('restore')
    .summary('make the state from a backup')
    .description('Makes the state directory from a backup. The scheduler must not run.')
    .requiredOption('--from <DIR>', 'the backup')
    .option('--state-dir <DIR>', stateHelp)
    .option('--force', 'move aside what is there')
    .action(async (options: { from: string; stateDir?: string; force?: boolean }) => {
      const { restoreScheduler } = await import('../commands/scheduler-backup.ts');
      done(await restoreScheduler(options));
    });
  withExamples(restore, 'suanlink scheduler restore --from /srv/backup/suanlink-2026-01-31 --force');
}

/** Defines `agent`. */
function defineAgent(program: Command, done: Done): void {
  const agent = program
    .command('agent')
    .summary("run this node's agent")
    .description(
      'Offers the accelerators of this node to a scheduler and runs what is leased, in the foreground, until SIGTERM or Ctrl-C. Running jobs survive a restart of the agent.',
    )
    .option('--join-token-file <FILE>', 'enrols with this one-time token, when not enrolled yet')
    .option('--scheduler-token-file <FILE>', 'the same')
    .option(
      '--state-dir <DIR>',
      'identity and journal (default: /var/lib/suanlink/agent as root, else under $XDG_STATE_HOME)',
    )
    .option('--config <FILE>', 'configuration (default: /etc/suanlink/agent.yaml)')
    .option('--engine <ENGINE>', 'auto, docker, podman or unix:///path (default: auto)')
    .option('--name <NAME>', 'name of this node (default: its host name)')
    .option('--socket <PATH>', 'control socket (default: /run/suanlink/agent.sock)')
    .option('--tool-path <DIR>', 'where to look for vendor tools first; may be repeated', collect)
    .addOption(new Option('--simulated', 'the tools on the tool path are stand-ins').hideHelp())
    .action(async (options: AgentOptions) => {
      const { agentCommand } = await import('../commands/agent.ts');
      done(await agentCommand(options));
    });
  withLog(agent);
  withExamples(
    agent,
    'suanlink agent --join-token-file join-token',
    'suanlink agent --engine podman --name gpu-07',
  );
}

/** Defines `demo`. */
function defineDemo(program: Command, done: Done): void {
  const demo = program
    .command('demo')
    .summary('see the whole thing work on this machine')
    .description(
      'Starts a scheduler and an agent on loopback, leases the node, runs a container on a real engine, prints the bill and takes everything down again.',
    )
    .option('--engine <ENGINE>', 'auto, docker, podman or unix:///path', 'auto')
    .option('--profile <NAME>', 'which cards to imitate when the machine has none', '8xAscend910B3')
    .action(async (options: { engine: string; profile: string }) => {
      const { runDemo } = await import('../commands/demo.ts');
      done(await runDemo(options));
    });
  withExamples(demo, 'suanlink demo', 'suanlink demo --engine podman');
}

/** Defines the commands that run daemons. */
export function defineDaemons(program: Command, done: Done): void {
  defineScheduler(program, done);
  defineAgent(program, done);
  defineDemo(program, done);
}
