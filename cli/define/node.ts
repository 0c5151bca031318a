/** `suanlink status` and `probe` on the command line: what concerns this node. */
import { type Command, Option } from 'commander';
import type { ParseOptions } from '../commands/probe-parse.ts';
import type { ProbeOptions } from '../commands/probe.ts';
import type { StatusOptions } from '../commands/status.ts';
import { collect, collectWords, type Done, withExamples, withOutput } from './options.ts';

/** Defines the commands about this node. */
export function defineNode(program: Command, done: Done): void {
  const status = program
    .command('status')
    .summary("what this node's agent is doing")
    .description(
      "Prints what this node's agent says of itself. Ends with 3 when no agent runs or it is not connected.",
    )
    .option('--socket <PATH>', "the agent's control socket (default: /run/suanlink/agent.sock as root)")
    .action(async (options: StatusOptions) => {
      const { showStatus } = await import('../commands/status.ts');
      done(await showStatus(options));
    });
  withExamples(withOutput(status), 'suanlink status', 'suanlink status --output json | jq .scheduler.state');

  const probe = program
    .command('probe')
    .summary('what accelerators this machine has')
    .description(
      "Asks the vendors' tools once and prints present, absent or failed for each. Needs no agent.",
    )
    .option('--vendor <NAME>', 'this vendor only; may be repeated', collectWords)
    .option('--tool-path <DIR>', 'where to look for vendor tools first; may be repeated', collect)
    .enablePositionalOptions()
    .action(async (options: ProbeOptions) => {
      const { probe: run } = await import('../commands/probe.ts');
      done(await run(options));
    });
  withExamples(withOutput(probe), 'suanlink probe', 'suanlink probe --vendor ascend --output json');

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
}
