/** `suanlink config` and `upgrade` on the command line. */
import { type Command, Option } from 'commander';
import type { Which } from '../commands/config.ts';
import type { UpgradeOptions } from '../commands/upgrade.ts';
import { type Done, withExamples } from './options.ts';

const schedulerOption = ['--scheduler', "the scheduler's instead of the agent's"] as const;
const fileHelp = 'configuration (default: /etc/suanlink/agent.yaml as root; env SUANLINK_CONFIG)';

/** Defines `upgrade`. */
export function defineUpgrade(program: Command, done: Done): void {
  const upgrade = program
    .command('upgrade')
    .summary('put another release to use on this machine')
    .description(
      'Checks the signature, tries the program out, swaps, restarts the services and goes back by itself when they do not come up. Leases go on. For what install.sh has installed, as root.',
    )
    .option('--bundle <FILE>', 'a bundle that is here')
    .option('--base-url <URL>', 'or from a mirror')
    .option('--version <VERSION>', 'of the mirror (default: its newest)')
    .addOption(
      new Option('--when <WHEN>', 'when no lease runs; take no new ones until then; at once')
        .choices(['idle', 'drain', 'now'])
        .default('idle'),
    )
    .option('--timeout <DURATION>', 'how long to wait for that', '1h')
    .option('--socket <PATH>', "the agent's control socket")
    .action(async (options: UpgradeOptions) => {
      const { upgrade: run } = await import('../commands/upgrade.ts');
      done(await run(options));
    });
  withExamples(upgrade, 'suanlink upgrade --bundle suanlink-1.1.0-linux-x64.tar.gz --when now');
}

/** Defines `config` and what is below it. */
export function defineConfig(program: Command, done: Done): void {
  const config = program
    .command('config')
    .summary('make, check and explain the configuration of agent or scheduler')
    .description(
      "The agent's configuration is agent.yaml, the scheduler's is scheduler.yaml (--scheduler), and over it conf.d/*.yaml beside it in the order of their names: those that begin with scheduler are the scheduler's, all others the agent's. Unknown keys are errors.",
    );
  withExamples(config, 'suanlink config show --origin', 'suanlink config validate --scheduler');
  const init = config
    .command('init')
    .summary('write a commented sample')
    .description('Writes a file in which every setting stands as a comment. Never over one that is there.')
    .option(...schedulerOption)
    .option('--file <FILE>', 'where to; - is stdout (default: /etc/suanlink/agent.yaml as root)')
    .action(async (options: Which & { file?: string }) => {
      const { initConfig } = await import('../commands/config.ts');
      done(await initConfig(options));
    });
  withExamples(init, 'suanlink config init', 'suanlink config init --file -');
  const validate = config
    .command('validate')
    .summary('check it')
    .description('Checks all files as the daemon does. Every problem with file:line:col; exit code 2.')
    .option(...schedulerOption)
    .option('--config <FILE>', fileHelp)
    .option('-q, --quiet', 'say nothing when it is good')
    .action(async (options: Which & { config?: string; quiet?: boolean }) => {
      const { validateConfig } = await import('../commands/config.ts');
      done(await validateConfig(options));
    });
  withExamples(validate, 'suanlink config validate', 'suanlink config validate --config ./agent.yaml');
  const show = config
    .command('show')
    .summary('what is in force')
    .description('Prints every setting as the daemon would take it.')
    .option(...schedulerOption)
    .option('--config <FILE>', fileHelp)
    .option('--origin', 'with the file, line and column (or the variable) that said it')
    .addOption(new Option('-o, --output <FORMAT>', 'how to print').choices(['yaml', 'json']).default('yaml'))
    .action(async (options: Which & { config?: string; origin?: boolean; output: 'yaml' | 'json' }) => {
      const { showConfig } = await import('../commands/config.ts');
      done(await showConfig(options));
    });
  withExamples(show, 'suanlink config show --origin', 'suanlink config show -o json | jq .hours');
  const schema = config
    .command('schema')
    .summary('JSON Schema of the file')
    .description(
      'Prints the JSON Schema of agent.yaml (scheduler.yaml), for editors that complete and check.',
    )
    .option(...schedulerOption)
    .action(async (options: Which) => {
      const { showSchema } = await import('../commands/config.ts');
      done(await showSchema(options));
    });
  withExamples(schema, 'suanlink config schema > agent.schema.json');
}
