/** Sandboxes as the engine knows them: OCI runtimes by their usual names. Pure. */
import { SuanlinkError } from '../../proto/codes.ts';
import type { Sandbox } from '../../proto/messages.ts';
import { sandboxLabel } from '../../proto/sandbox.ts';

/** Names under which engines are told of a sandbox's runtime, the usual one first. */
const runtimeNames: Record<Exclude<Sandbox, ''>, readonly string[]> = {
  gvisor: ['runsc', 'gvisor', 'io.containerd.runsc.v1'],
  kata: ['kata', 'kata-runtime', 'kata-qemu', 'kata-clh', 'kata-fc', 'io.containerd.kata.v2'],
};
const sandboxes = Object.keys(runtimeNames) as Exclude<Sandbox, ''>[];

function runtimeOf(sandbox: Exclude<Sandbox, ''>, runtimes: readonly string[]): string | undefined {
  return runtimeNames[sandbox].find((name) => runtimes.includes(name));
}

/** The labels of a node whose engine has these runtimes. */
export function sandboxLabels(runtimes: readonly string[]): Record<string, string> {
  const there = sandboxes.filter((sandbox) => runtimeOf(sandbox, runtimes) !== undefined);
  return Object.fromEntries(there.flatMap((sandbox) => Object.entries(sandboxLabel(sandbox))));
}

/** The runtime for a sandbox, undefined for none; `container_create_failed` when the engine has it no more. */
export function sandboxRuntime(sandbox: Sandbox, runtimes: readonly string[]): string | undefined {
  if (sandbox === '') return undefined;
  const runtime = runtimeOf(sandbox, runtimes);
  if (runtime === undefined)
    throw new SuanlinkError(
      'container_create_failed',
      `the engine has no runtime for the sandbox ${sandbox} (one of ${runtimeNames[sandbox].join(', ')})`,
    );
  return runtime;
}
