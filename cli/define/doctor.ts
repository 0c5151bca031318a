/** `suanlink doctor` on the command line. */
import { type Command, Option } from 'commander';
import type { DoctorOptions } from '../commands/doctor.ts';
import { collect, collectWords, type Done, withExamples } from './options.ts';

/** Defines `doctor`. */
export function defineDoctor(program: Command, done: Done): void {
  const doctor = program
    .command('doctor')
    .summary('what is wrong with this node, and what to do')
    .description(
      'Looks at everything that an agent needs on this node, each for at most 3 seconds: platform, accelerators and their tools, container engine, disks, configuration, the way to the scheduler, clock, systemd. Needs no agent, changes nothing. Ends with 0 when nothing is broken, with 1 when something is, with 2 for a wrong option.',
    )
    .option('--json', 'as JSON (suanlink.doctor/v1); ids and findings are stable')
    .option(
      '--bundle <FILE>',
      'also write a tar.gz to send to whoever helps: results, status, configuration, log; secrets are removed',
    )
    .option('--only <CHECK>', 'these checks: an id or its beginning; may be repeated', collectWords)
    .option('--skip <CHECK>', 'all but these; may be repeated', collectWords)
    .option('--config <FILE>', 'configuration (default: /etc/suanlink/agent.yaml as root)')
    .option('--state-dir <DIR>', "the agent's state (default: /var/lib/suanlink/agent as root)")
    .option('--socket <PATH>', "the agent's control socket (default: /run/suanlink/agent.sock as root)")
    .option('--tool-path <DIR>', 'where to look for vendor tools first; may be repeated', collect)
    // The files of a system that is not booted, or of a test.
    .addOption(new Option('--root <DIR>', 'look at the files below DIR').default('/').hideHelp())
    .action(async (options: DoctorOptions) => {
      const { doctor: run } = await import('../commands/doctor.ts');
      done(await run(options));
    });
  withExamples(
    doctor,
    'suanlink doctor',
    'suanlink doctor --only scheduler,clock',
    'suanlink doctor --json | jq -r \'.checks[] | select(.level == "fail") | .id + ": " + .next\'',
    'suanlink doctor --bundle /tmp/node-7.tar.gz --lang zh-CN',
  );
}
