import { describe, expect, it } from 'vitest';
import { defaults, readConfig } from './config.ts';

const problem = (text: string): string => {
  try {
    readConfig(text, 'agent.yaml');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'accepted';
};

describe('readConfig', () => {
  it('takes an empty file as all defaults', () => {
    expect(readConfig('', 'agent.yaml')).toEqual(defaults);
  });

  it('takes every key', () => {
    const text =
      'name: n1\nengine: unix:///run/x.sock\ntool_path: [/opt/bin]\nregion: "110000"\nlabels: {rack: a}\nwithhold: [nvidia]\nexternal_use: reclaim\nreclaim_notice_ms: 5000\nreserve_memory_bytes: 1\nsample_interval_ms: 1000\nlog_level: debug\n';
    expect(readConfig(text, 'agent.yaml')).toEqual({
      name: 'n1',
      engine: 'unix:///run/x.sock',
      tool_path: ['/opt/bin'],
      region: '110000',
      labels: { rack: 'a' },
      withhold: ['nvidia'],
      external_use: 'reclaim',
      reclaim_notice_ms: 5000,
      reserve_memory_bytes: 1,
      sample_interval_ms: 1000,
      log_level: 'debug',
    });
  });

  it('says where an unknown key stands and what was meant', () => {
    expect(problem('name: a\n  \nlog_levl: info\n')).toBe(
      'agent.yaml:3:1: unknown key log_levl; did you mean log_level?',
    );
  });

  it('says where a value of the wrong type stands', () => {
    expect(problem('sample_interval_ms: "fast"\n')).toBe(
      'agent.yaml:1:21: sample_interval_ms must be a whole number of milliseconds from 500 to 600000',
    );
  });

  it('names every problem at once', () => {
    expect(problem('nme: a\nregion: 11\n').split('\n')).toHaveLength(2);
  });

  it('refuses what is not a map, and broken YAML, with the place', () => {
    expect(problem('- a\n')).toContain('agent.yaml:1:1: the file must be a map');
    expect(problem('name: [a\n')).toMatch(/^agent\.yaml:\d+:\d+: /);
    expect(problem('name: a\nname: b\n')).toMatch(/^agent\.yaml:2:1: .*unique/);
  });
});
