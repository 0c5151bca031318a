/** `suanlink config` and `upgrade` on the command line. */
import { type Command, Option } from 'commander';
import type { UpgradeOptions } from '../commands/upgrade.ts';
import { type Done, withExamples } from './options.ts';

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
    .summary("make, check and explain the agent's configuration")
    .description(
      "The agent's configuration is agent.yaml, and over it conf.d/*.yaml beside it in the order of their names. Unknown keys are errors.",
    );
  withExamples(config, 'suanlink config init', 'suanlink config show --origin');
  const init = config
    .command('init')
    .summary('write a commented sample')
    .description('Writes a file in which every setting stands as a comment. Never over one that is there.')
    .option('--file <FILE>', 'where to; - is stdout (default: /etc/suanlink/agent.yaml as root)')
    .action(async (options: { file?: string }) => {
      const { initConfig } = await import('../commands/config.ts');
      done(await initConfig(options));
    });
  withExamples(init, 'suanlink config init', 'suanlink config init --file -');
  const validate = config
    .command('validate')
    .summary('check it')
    .description('Checks all files as the agent does. Every problem with file:line:col; exit code 2.')
    .option('--config <FILE>', fileHelp)
    .option('-q, --quiet', 'say nothing when it is good')
    .action(async (options: { config?: string; quiet?: boolean }) => {
      const { validateConfig } = await import('../commands/config.ts');
      done(await validateConfig(options));
    });
  withExamples(validate, 'suanlink config validate', 'suanlink config validate --config ./agent.yaml');
  const show = config
    .command('show')
    .summary('what is in force')
    .description('Prints every setting as the agent would take it.')
    .option('--config <FILE>', fileHelp)
    .option('--origin', 'with the file, line and column that said it')
    .addOption(new Option('-o, --output <FORMAT>', 'how to print').choices(['yaml', 'json']).default('yaml'))
    .action(async (options: { config?: string; origin?: boolean; output: 'yaml' | 'json' }) => {
      const { showConfig } = await import('../commands/config.ts');
      done(await showConfig(options));
    });
  withExamples(show, 'suanlink config show --origin', 'suanlink config show -o json | jq .hours');
  const schema = config
    .command('schema')
    .summary('JSON Schema of the file')
    .description('Prints the JSON Schema of agent.yaml, for editors that complete and check.')
    .action(async () => {
      const { showSchema } = await import('../commands/config.ts');
      done(await showSchema());
    });
  withExamples(schema, 'suanlink config schema > agent.schema.json');
}
