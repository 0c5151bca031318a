/** The command line as a whole: every command with its options, help and examples. What a command does is loaded when it
 * is called. */
import { Command } from 'commander';
import { defineAbout } from './define/about.ts';
import { defineConfig, defineUpgrade } from './define/config.ts';
import { defineDaemons } from './define/daemons.ts';
import { defineDoctor } from './define/doctor.ts';
import { defineGranting } from './define/granting.ts';
import { defineJobs } from './define/jobs.ts';
import { defineNode } from './define/node.ts';
import { type Done, withLanguage } from './define/options.ts';
import { defineContext, definePool } from './define/pool.ts';
import { definePlacement } from './define/placement.ts';
import { defineRun } from './define/run.ts';
import { defineTop } from './define/top.ts';
import { defineSteering } from './define/steering.ts';
import { defineToken } from './define/tokens.ts';
import { defineUsage } from './define/usage.ts';
import { type Translate, translator } from './i18n/translate.ts';
import { operatorCommands } from './operator-commands.ts';
import { version } from './version.ts';

/** Makes every command, and those below it, throw instead of ending the process. */
function throwing(command: Command, afterError: string): void {
  command.exitOverride().showHelpAfterError(afterError);
  for (const below of command.commands) throwing(below, afterError);
}

/** The whole command line; `done` is told the exit code of the command that ran, `t` has what stands at its end. */
export function buildProgram(done: Done, t: Translate = translator('en')): Command {
  const program = new Command('suanlink')
    .description('Leases idle accelerators: run jobs on them, or offer your own.')
    .version(`suanlink ${version()}`, '--version')
    .enablePositionalOptions()
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: false })
    .usage('COMMAND [options]');
  program.commandsGroup('Jobs:');
  defineRun(program, done);
  defineJobs(program, done);
  definePlacement(program, done);
  program.commandsGroup('The pool:');
  definePool(program, done);
  defineUsage(program, done);
  defineGranting(program, done);
  defineSteering(program, done);
  defineToken(program, done);
  defineContext(program, done);
  program.commandsGroup('This node:');
  defineTop(program, done);
  defineNode(program, done);
  defineDoctor(program, done);
  defineConfig(program, done);
  defineUpgrade(program, done);
  program.commandsGroup('Daemons:');
  defineDaemons(program, done);
  program.commandsGroup('About:');
  defineAbout(program, done);
  program.addHelpText('after', `\n${t('help.more')}\n`);
  withLanguage(program.commands.filter((command) => operatorCommands.has(command.name())));
  throwing(program, t('help.add_help'));
  return program;
}
