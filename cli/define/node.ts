/** `suanlink status`, `drain`, `undrain`, `probe` and `simulate-node` on the command line: what concerns this node. */
import { type Command, Option } from 'commander';
import type { DrainOptions } from '../commands/drain.ts';
import type { ParseOptions } from '../commands/probe-parse.ts';
import type { ProbeOptions } from '../commands/probe.ts';
import type { SimulateOptions } from '../commands/simulate-node.ts';
import type { StatusOptions } from '../commands/status.ts';
import { collect, collectWords, type Done, withExamples, withOutput } from './options.ts';

function defineSimulate(program: Command, done: Done): void {
  const simulate = program
    .command('simulate-node')
    .summary('stand-in vendor tools, for demos and tests')
    .description(
      'Sets up executables that print what the vendor tools of a machine full of cards would, live and changing, and prints the --tool-path that makes a probe or an agent use them. On an existing folder it changes faults, also while the tools run.',
    )
    .option('--profile <NAME>', 'which machine: 8xAscend910B3, 8xH100, 8xMLU370, mixed, …; --list shows all')
    .option('--dir <DIR>', 'where to put the tools (default: below $XDG_STATE_HOME/suanlink/simulated)')
    .option(
      '--fault <FAULT>',
      'hang:nvidia-smi, lost:npu-smi:3, …; --list shows all; may be repeated',
      collect,
    )
    .option('--clear', 'first take back all faults that are there')
    .option('--seed <N>', 'two machines of one profile with different seeds show different values')
    .option('--list', 'show profiles and faults')
    .action(async (options: SimulateOptions) => {
      const { simulateNode } = await import('../commands/simulate-node.ts');
      done(await simulateNode(options));
    });
  withExamples(
    withOutput(simulate),
    'suanlink simulate-node --list',
    'suanlink probe --watch $(suanlink simulate-node --profile 8xAscend910B3)',
    'suanlink simulate-node --profile 8xH100 --dir ./cards --fault hang:nvidia-smi',
    'suanlink simulate-node --dir ./cards --clear --fault lost:nvidia-smi:3',
  );
}

const socketHelp = "the agent's control socket (default: /run/suanlink/agent.sock as root)";

function defineDrain(program: Command, done: Done): void {
  const drain = program
    .command('drain')
    .summary('take no new leases on this node')
    .description(
      'Takes no new leases on this node, also after a restart of its agent, until undrain. Leases that run go on to their end, or to the deadline: then they are stopped (SIGTERM, their grace, SIGKILL) and end as owner_reclaimed.',
    )
    .option('--reason <TEXT>', 'shown to everybody who asks why', '')
    .option('--deadline <DURATION>', 'stops what still runs after this time: 30m, 2h, 0s (default: never)')
    .option('--wait', 'returns when no lease is left')
    .option('--socket <PATH>', socketHelp)
    .action(async (options: DrainOptions) => {
      const { drain: run } = await import('../commands/drain.ts');
      done(await run(options));
    });
  withExamples(
    drain,
    'suanlink drain --reason "new memory"',
    'suanlink drain --deadline 30m --wait && systemctl poweroff',
  );
  const undrain = program
    .command('undrain')
    .summary('take leases on this node again')
    .description('Takes leases on this node again.')
    .option('--socket <PATH>', socketHelp)
    .action(async (options: { socket?: string }) => {
      const { undrain: run } = await import('../commands/drain.ts');
      done(await run(options));
    });
  withExamples(undrain, 'suanlink undrain');
}

/** Defines the commands about this node. */
export function defineNode(program: Command, done: Done): void {
  defineDrain(program, done);
  const status = program
    .command('status')
    .summary("what this node's agent is doing")
    .description(
      "Prints what this node's agent says of itself. Ends with 3 when no agent runs or it is not connected.",
    )
    .option('--socket <PATH>', socketHelp)
    .action(async (options: StatusOptions) => {
      const { showStatus } = await import('../commands/status.ts');
      done(await showStatus(options));
    });
  withExamples(withOutput(status), 'suanlink status', 'suanlink status --output json | jq .scheduler.state');

  const probe = program
    .command('probe')
    .summary('what accelerators this machine has')
    .description(
      "Asks the vendors' tools and prints every device with its values and health, and what failed and why. Needs no agent. Ends with 0 when every vendor is present or absent, with 1 when the tool of one failed, with 130 after Ctrl-C.",
    )
    .option('--vendor <NAME>', 'this vendor only; may be repeated', collectWords)
    .option('--tool-path <DIR>', 'where to look for vendor tools first; may be repeated', collect)
    .option('-w, --watch', 'go on until Ctrl-C; with --output json one document a line')
    .option('--interval <DURATION>', 'distance between two samples, 200ms or more', '1s')
    .enablePositionalOptions()
    .action(async (options: ProbeOptions) => {
      const { probe: run } = await import('../commands/probe.ts');
      done(await run(options));
    });
  withExamples(
    withOutput(probe),
    'suanlink probe',
    'suanlink probe --watch',
    'suanlink probe --vendor ascend --output json | jq .probes[].devices[].memory_used_mib',
  );

  const parse = probe
    .command('parse')
    .summary('read a captured output of a vendor tool')
    .description(
      'Prints what the parser makes of a captured output: present with its devices, absent, or failed with the reason. Ends with 0 when it is present or absent, with 1 when it failed.',
    )
    .argument('<file>', 'the capture, or - for stdin')
    .addOption(new Option('--tool <NAME>', 'the program it came from, such as npu-smi').makeOptionMandatory())
    .option('--args <TEXT>', 'what followed the program on its command line; may be left out', '')
    .addOption(new Option('-o, --output <FORMAT>', 'how to print').choices(['json', 'table']).default('json'))
    .action(async (file: string, options: ParseOptions) => {
      const { parseFile } = await import('../commands/probe-parse.ts');
      done(await parseFile(file, options));
    });
  withExamples(
    parse,
    'npu-smi info | suanlink probe parse --tool npu-smi --args info -',
    'suanlink probe parse --tool nvidia-smi capture.txt | jq .devices[].memory_total_mib',
    'suanlink probe parse --tool cnmon --output table capture.txt',
  );
  defineSimulate(program, done);
}
