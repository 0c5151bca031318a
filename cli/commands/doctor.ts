/** `suanlink doctor`: what is wrong with this node, and what to do about it; needs no agent. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { defaultSocket } from '../agent-socket.ts';
import { exitCodes } from '../exit-codes.ts';
import { translator } from '../i18n/translate.ts';
import { languageHere } from '../language.ts';
import { self } from '../self.ts';
import { print, say } from '../terminal.ts';
import { version } from '../version.ts';

/** Options of `doctor`, as commander gives them. */
export interface DoctorOptions {
  json?: boolean;
  bundle?: string;
  only?: string[];
  skip?: string[];
  config?: string;
  stateDir?: string;
  socket?: string;
  toolPath?: string[];
  lang?: string;
  root: string;
}

function defaults(root: string): { stateDir: string; config: string; socket: string } {
  if (process.getuid?.() === 0 || root !== '/')
    return {
      stateDir: '/var/lib/suanlink/agent',
      config: '/etc/suanlink/agent.yaml',
      socket: '/run/suanlink/agent.sock',
    };
  const state = process.env['XDG_STATE_HOME'] || join(homedir(), '.local/state');
  const config = process.env['XDG_CONFIG_HOME'] || join(homedir(), '.config');
  return {
    stateDir: join(state, 'suanlink/agent'),
    config: join(config, 'suanlink/agent.yaml'),
    socket: defaultSocket(),
  };
}

/** Prints what was found; 1 when something is broken. */
export async function doctor(options: DoctorOptions): Promise<number> {
  const { json, bundle, only = [], skip = [], toolPath = [], root } = options;
  const language = await languageHere(options.lang);
  const { examine } = await import('../doctor/main.ts');
  const { doctorText } = await import('../doctor/document.ts');
  const usual = defaults(root);
  const document = await examine({
    root,
    stateDir: options.stateDir ?? usual.stateDir,
    socket: options.socket ?? usual.socket,
    config: options.config ?? (process.env['SUANLINK_CONFIG'] || usual.config),
    ...{ only, skip, toolPath, language },
    env: process.env,
    self: self(),
    version: version(),
    ...(bundle === undefined ? {} : { bundle }),
  });
  print(json ? JSON.stringify(document, null, 2) : doctorText(document, language));
  if (bundle !== undefined) say(translator(language)('doctor.bundle', { file: bundle }));
  return document.sum.fail > 0 ? exitCodes.failure : exitCodes.ok;
}
