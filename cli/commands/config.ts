/** `suanlink config`: the agent's configuration made, checked and explained, without an agent. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { withoutCredentials } from '../../proto/proxy.ts';
import { exitCodes } from '../exit-codes.ts';
import { SpokenError } from '../i18n/spoken-error.ts';
import { speech } from '../language.ts';
import { print } from '../terminal.ts';

/** Writes the sample; `conflict` where a file is already. */
export async function initConfig({ file }: { file?: string }): Promise<number> {
  const [{ sampleConfig }, { defaultConfigFile }] = await Promise.all([
    import('../../agent/config-sample.ts'),
    import('../../agent/config-files.ts'),
  ]);
  const to = file ?? defaultConfigFile();
  if (to === '-') {
    print(sampleConfig().trimEnd());
    return exitCodes.ok;
  }
  if (existsSync(to)) throw new SpokenError('conflict', 'error.config_there', { file: to });
  mkdirSync(dirname(to), { recursive: true, mode: 0o755 });
  writeFileSync(to, sampleConfig(), { flag: 'wx', mode: 0o644 });
  print(to);
  return exitCodes.ok;
}

/** Checks it; `config_invalid` with every problem. */
export async function validateConfig(options: {
  config?: string;
  quiet?: boolean;
  lang?: string;
}): Promise<number> {
  const { loadConfig } = await import('../../agent/config-files.ts');
  const { files } = loadConfig(options.config);
  const t = await speech(options.lang);
  const told = files.length === 0 ? t('config.none') : t('config.good', { files: files.join(', ') });
  if (!options.quiet) print(told);
  return exitCodes.ok;
}

/** Prints what is in force; of a proxy's credentials, that there are some. */
export async function showConfig(options: {
  config?: string;
  origin?: boolean;
  output: 'yaml' | 'json';
}): Promise<number> {
  const { loadConfig } = await import('../../agent/config-files.ts');
  const { config: read, origins } = loadConfig(options.config);
  const config = { ...read, proxy: withoutCredentials(read.proxy) };
  if (options.output === 'json') {
    print(JSON.stringify(options.origin ? { config, origins } : config, null, 2));
    return exitCodes.ok;
  }
  const { settingText } = await import('../../agent/config-sample.ts');
  const from: Partial<Record<string, string>> = origins;
  for (const [name, value] of Object.entries(config)) {
    const text = settingText(name, value);
    print(options.origin ? `# ${from[name] ?? 'default'}\n${text}` : text);
  }
  return exitCodes.ok;
}

/** Prints the schema. */
export async function showSchema(): Promise<number> {
  const { configSchema } = await import('../../agent/config-sample.ts');
  print(JSON.stringify(configSchema(), null, 2));
  return exitCodes.ok;
}
