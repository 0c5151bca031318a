/** `suanlink top` on the command line. */
import { type Command, Option } from 'commander';
import type { TopOptions } from '../commands/top.ts';
import { type Done, withConnection, withExamples } from './options.ts';

/** Defines `top`. */
export function defineTop(program: Command, done: Done): void {
  const command = program
    .command('top')
    .alias('tui')
    .summary('watch this node or the fleet: accelerators, leases, what is wrong')
    .description(
      "The view that an operator leaves open: this node's accelerators, its leases, what is wrong and what to do. Not on a terminal it prints the same once. With --fleet it is the scheduler's: a dot for each node, nodes, the queue, leases, the share of each organisation, alerts. With --once or --json it ends with 0 healthy, 1 degraded, 2 critical, 3 no agent (no scheduler).",
    )
    .option('--fleet', 'the whole fleet, as the scheduler sees it')
    .option('--socket <PATH>', "the agent's control socket (default: /run/suanlink/agent.sock as root)")
    .option('--interval <SECONDS>', 'distance between two frames, 1 to 60', '2')
    .option('--once', 'print it once and end')
    .option('--json', 'print the status as JSON and end')
    .option('--watch', 'with --json: one document a line until Ctrl-C')
    .option('--readonly', 'show only; keys that change something are off')
    .option('--ascii', 'no signs beyond ASCII (default where the locale is not UTF-8)')
    .addOption(
      new Option('--color <WHEN>', 'auto, always or never (NO_COLOR is heard)')
        .choices(['auto', 'always', 'never'])
        .default('auto'),
    )
    .action(async (options: TopOptions) => {
      const { top } = await import('../commands/top.ts');
      done(await top(options));
    });
  withConnection(command);
  withExamples(
    command,
    'suanlink top',
    'suanlink top --interval 5 --readonly --lang zh-CN',
    'suanlink top --once || systemctl status suanlink',
    'suanlink top --json | jq .devices[].utilization_pct',
    'suanlink top --fleet --context pool',
    "suanlink top --fleet --json | jq '.nodes[] | select(.ill > 0) | .name'",
  );
}
