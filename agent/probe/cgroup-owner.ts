/**
 * /proc/PID/cgroup → which container or unit a process belongs to. Pure. Seen forms of a container's path:
 *
 *   Docker    /docker/ID · /system.slice/docker-ID.scope · /user.slice/…/docker-ID.scope · under a parent: /PARENT/ID
 *   Podman    /libpod_parent/libpod-ID · /machine.slice/libpod-ID.scope · …/libpod-ID.scope/container
 *   Kubernetes /kubepods/burstable/podUID/ID · …/cri-containerd-ID.scope · …/crio-ID.scope
 *
 * ID is 64 hex digits. With v1 there is one line per hierarchy and with v2 one for all; in hybrid machines some of the
 * lines say `/`, so all are read. Containers inside containers leave several ids, the outer one first. A monitor
 * (`libpod-conmon-ID`) is no part of its container.
 */

/** What the file tells. */
export interface CgroupFacts {
  /** Ids of the containers around the process, outermost first. */
  containers: readonly string[];
  /** The service, scope or Slurm job outside of containers; '' for none. */
  unit: string;
}

const container = /^(?:docker-|libpod-|cri-containerd-|crio-|containerd-)?([0-9a-f]{64})(?:\.scope)?$/;

function pathsOf(text: string): string[][] {
  return text.split('\n').flatMap((line) => {
    const path = /^\d+:[^:]*:(\/.*)$/.exec(line)?.[1];
    return path === undefined
      ? []
      : [
          path
            .replace(/ \(deleted\)$/, '')
            .split('/')
            .filter((part) => part !== ''),
        ];
  });
}

/** `slurm job 42` of `…/slurm/uid_1000/job_42/step_0` and of `…/slurmstepd.scope/job_42/step_0`. */
function slurmJob(parts: readonly string[]): string | undefined {
  const at = parts.findIndex((part) => part.startsWith('slurm'));
  const job = at < 0 ? undefined : parts.slice(at).find((part) => /^job_\d+$/.test(part));
  return job === undefined ? undefined : `slurm job ${job.slice(4)}`;
}

function unitOf(parts: readonly string[]): string | undefined {
  return slurmJob(parts) ?? parts.findLast((part) => /^[\w@:.\\-]{1,128}\.(?:service|scope)$/.test(part));
}

/** Undefined when the text is no such file. */
export function cgroupFacts(text: string): CgroupFacts | undefined {
  const paths = pathsOf(text);
  if (paths.length === 0) return undefined;
  const ids = paths.map((parts) => parts.flatMap((part) => container.exec(part)?.[1] ?? []));
  const most = ids.reduce((longest, each) => (each.length > longest.length ? each : longest));
  return { containers: most, unit: paths.map(unitOf).find((unit) => unit !== undefined) ?? '' };
}
