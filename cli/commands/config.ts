/** `suanlink config`: a daemon's configuration made, checked and explained, without the daemon. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { withoutCredentials } from '../../proto/proxy.ts';
import { exitCodes } from '../exit-codes.ts';
import { SpokenError } from '../i18n/spoken-error.ts';
import { speech } from '../language.ts';
import { print } from '../terminal.ts';

/** Whose configuration. */
export interface Which {
  scheduler?: boolean;
}

/** What is in force, as it may be shown. */
interface Shown {
  config: object;
  origins: Partial<Record<string, string>>;
  files: string[];
}

/** What is known of one daemon's configuration, loaded with its code. */
interface Known {
  defaultFile(): string;
  /** Checks all of it; of a proxy's credentials is left that there are some. `config_invalid`. */
  load(file: string | undefined): Shown;
  sample(): string;
  schema(): object;
}

async function agents(): Promise<Known> {
  const [{ configSchema, sampleConfig }, { defaultConfigFile, loadConfig }] = await Promise.all([
    import('../../agent/config-sample.ts'),
    import('../../agent/config-files.ts'),
  ]);
  return {
    defaultFile: defaultConfigFile,
    load(file) {
      const { config, origins, files } = loadConfig(file);
      return { config: { ...config, proxy: withoutCredentials(config.proxy) }, origins, files };
    },
    sample: sampleConfig,
    schema: configSchema,
  };
}

async function schedulers(): Promise<Known> {
  const [{ configSchema, sampleConfig }, { defaultConfigFile, loadConfig }] = await Promise.all([
    import('../../scheduler/config-sample.ts'),
    import('../../scheduler/config-files.ts'),
  ]);
  return {
    defaultFile: defaultConfigFile,
    load: (file) => loadConfig({ file, env: process.env, options: {} }),
    sample: sampleConfig,
    schema: configSchema,
  };
}

const known = ({ scheduler }: Which): Promise<Known> => (scheduler ? schedulers() : agents());

/** Writes the sample; `conflict` where a file is already. */
export async function initConfig(options: Which & { file?: string }): Promise<number> {
  const { defaultFile, sample } = await known(options);
  const to = options.file ?? defaultFile();
  if (to === '-') {
    print(sample().trimEnd());
    return exitCodes.ok;
  }
  if (existsSync(to)) throw new SpokenError('conflict', 'error.config_there', { file: to });
  mkdirSync(dirname(to), { recursive: true, mode: 0o755 });
  writeFileSync(to, sample(), { flag: 'wx', mode: 0o644 });
  print(to);
  return exitCodes.ok;
}

/** Checks it; `config_invalid` with every problem. */
export async function validateConfig(
  options: Which & { config?: string; quiet?: boolean; lang?: string },
): Promise<number> {
  const { files } = (await known(options)).load(options.config);
  const t = await speech(options.lang);
  const told = files.length === 0 ? t('config.none') : t('config.good', { files: files.join(', ') });
  if (!options.quiet) print(told);
  return exitCodes.ok;
}

/** Prints what is in force. */
export async function showConfig(
  options: Which & { config?: string; origin?: boolean; output: 'yaml' | 'json' },
): Promise<number> {
  const { config, origins } = (await known(options)).load(options.config);
  if (options.output === 'json') {
    print(JSON.stringify(options.origin ? { config, origins } : config, null, 2));
    return exitCodes.ok;
  }
  const { settingText } = await import('../../proto/settings-sample.ts');
  for (const [name, value] of Object.entries(config)) {
    const text = settingText(name, value);
    print(options.origin ? `# ${origins[name] ?? 'default'}\n${text}` : text);
  }
  return exitCodes.ok;
}

/** Prints the schema. */
export async function showSchema(options: Which): Promise<number> {
  const { schema } = await known(options);
  print(JSON.stringify(schema(), null, 2));
  return exitCodes.ok;
}
