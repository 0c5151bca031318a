import { expect, it } from 'vitest';
import { sandboxLabels, sandboxRuntime } from './sandbox.ts';

it('says by labels which sandboxes the engine has', () => {
  expect(sandboxLabels(['runc', 'nvidia'])).toEqual({});
  expect(sandboxLabels(['runc', 'runsc'])).toEqual({ 'sandbox.gvisor': 'yes' });
  expect(sandboxLabels(['kata-qemu', 'runsc'])).toEqual({ 'sandbox.gvisor': 'yes', 'sandbox.kata': 'yes' });
});

it('finds the runtime under its usual names, and never runs without one that was asked for', () => {
  expect(sandboxRuntime('', ['runc'])).toBeUndefined();
  expect(sandboxRuntime('gvisor', ['runc', 'runsc'])).toBe('runsc');
  expect(sandboxRuntime('kata', ['io.containerd.kata.v2'])).toBe('io.containerd.kata.v2');
  expect(() => sandboxRuntime('kata', ['runc', 'runsc'])).toThrow(/no runtime for the sandbox kata/);
});
