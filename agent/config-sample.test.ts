import { describe, expect, it } from 'vitest';
import { defaults, readConfig } from './config.ts';
import { configSchema, sampleConfig } from './config-sample.ts';

describe('sampleConfig', () => {
  it('is a good file of comments alone', () => {
    expect(readConfig(sampleConfig(), 'agent.yaml')).toEqual(defaults);
  });

  it('names every setting, and each is good when it is uncommented', () => {
    const settings = sampleConfig()
      .replace(/^#(?=[a-z ])(?! )/gm, '')
      .replace(/^# {2}/gm, '  ');
    const config = readConfig(settings, 'agent.yaml');
    for (const name of Object.keys(defaults)) expect(settings).toMatch(new RegExp(`^${name}:`, 'm'));
    expect(config.labels).toEqual({ rack: 'b4' });
    expect(config.hours).toHaveLength(2);
  });
});

describe('configSchema', () => {
  it('has every setting with its default, and no other', () => {
    const { properties, additionalProperties } = configSchema() as {
      properties: Record<string, { default: unknown }>;
      additionalProperties: boolean;
    };
    expect(additionalProperties).toBe(false);
    const own = Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, field.default]));
    expect(own).toEqual(defaults);
  });
});
