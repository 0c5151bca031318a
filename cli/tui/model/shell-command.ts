/** The command that opens a shell in a lease's container, through the engine that runs it. Pure. */
import type { StatusLease, StatusSnapshot } from '../../../proto/status.ts';

/** A program and its arguments. */
export interface ShellCommand {
  file: string;
  args: string[];
}

/** The shell inside: bash where there is one. */
const inside = ['sh', '-c', 'command -v bash >/dev/null 2>&1 && exec bash || exec sh'];

/** How to get into the container of `lease`; undefined when it has none that runs, or the engine is not known. */
export function shellCommand(
  { description }: StatusSnapshot['engine'],
  lease: StatusLease | undefined,
): ShellCommand | undefined {
  const [, engine, socket] = /^(docker|podman) \S+ at (\/\S+)/.exec(description) ?? [];
  if (engine === undefined || !lease?.container_id || lease.state === 'ended') return undefined;
  const reach = engine === 'docker' ? ['-H', `unix://${socket}`] : ['--remote', '--url', `unix://${socket}`];
  return { file: engine, args: [...reach, 'exec', '-it', lease.container_id, ...inside] };
}
