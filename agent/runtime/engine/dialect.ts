/**
 * The few places where Docker and Podman must be asked differently (pure): paths and bodies as values, one object per
 * engine. Everything else is the same Docker Engine API. What was measured about either stands at the line it decides.
 */
import type { ContainerSpec } from '../runtime.ts';
import type { OwnLimits } from '../spec.ts';
import { dockerBody, podmanBody } from './create-body.ts';
import type { Inspected } from './decode.ts';
import { type ImageReference, isLoopbackRegistry } from './reference.ts';

/** A container's log on this machine's disk. */
export interface LogFile {
  path: string;
  format: 'docker-local' | 'k8s';
}

/** See the head of this file. Paths are complete, version included. */
export interface Dialect {
  creation(spec: ContainerSpec, image: ImageReference, own: OwnLimits): { path: string; body: unknown };
  /** POST before an attach can begin. */
  preparation(id: string): string | undefined;
  /** POST that answers when the container has ended. */
  wait(id: string, started: boolean): string;
  /** GET answers 200 when the image is here; DELETE removes it. */
  image(image: ImageReference): string;
  /** POST with a tar as body. */
  import(image: ImageReference): string;
  /** POST that answers with lines of progress. */
  pull(image: ImageReference): string;
  /** Where the log of a container lies. */
  logFile(id: string, inspected: Inspected): LogFile | undefined;
  /** Whether `follow=1` on the log endpoint gives every line. */
  followsLogs: boolean;
}

/** Docker, speaking API version `api` (`/v1.41`), with its files in `rootDir`. */
export function dockerDialect(api: string, rootDir: string): Dialect {
  return {
    creation: (spec, image, own) => ({
      path: `${api}/containers/create?name=${encodeURIComponent(spec.name)}`,
      body: dockerBody(spec, image.full, own),
    }),
    preparation: () => undefined,
    // Of a container that never ran, `not-running` is true at once.
    wait: (id, started) => `${api}/containers/${id}/wait?condition=${started ? 'not-running' : 'next-exit'}`,
    image: (image) => `${api}/images/${image.full}`,
    import: (image) => {
      const repo = `${image.registry}/${image.repository}`;
      return `${api}/images/create?fromSrc=-&repo=${encodeURIComponent(repo)}&tag=${image.tag}`;
    },
    pull: (image) => `${api}/images/create?fromImage=${encodeURIComponent(image.full)}`,
    logFile: (id, inspected) =>
      rootDir !== '' && inspected.logDriver === 'local'
        ? { path: `${rootDir}/containers/${id}/local-logs/container.log`, format: 'docker-local' }
        : undefined,
    followsLogs: true,
  };
}

/** Podman 4 and later, whose native API accepts this version. */
const libpod = '/v4.0.0/libpod';

/** Podman's native API; the compatible one lacks CDI, names of imports, quick waits and plain-HTTP registries. */
export const podmanDialect: Dialect = {
  creation: (spec, image, own) => ({
    path: `${libpod}/containers/create`,
    body: podmanBody(spec, image.full, own),
  }),
  // An attach to a container that is only configured answers 409; one that is initialised can be attached to.
  preparation: (id) => `${libpod}/containers/${id}/init`,
  // Podman polls: every interval costs about 0.6 ms of its CPU, so this is a compromise for containers that run long
  // after their output has ended. The usual end is noticed by the attach connection's.
  wait: (id) => `${libpod}/containers/${id}/wait?condition=stopped&condition=exited&interval=25ms`,
  image: (image) => `${libpod}/images/${image.full}`,
  import: (image) => `${libpod}/images/import?reference=${encodeURIComponent(image.full)}`,
  pull: (image) => {
    // Docker speaks plain HTTP with registries on loopback; Podman must be told.
    const insecure = isLoopbackRegistry(image) ? '&tlsVerify=false' : '';
    return `${libpod}/images/pull?reference=${encodeURIComponent(image.full)}${insecure}`;
  },
  logFile: (_id, inspected) =>
    inspected.logPath === '' ? undefined : { path: inspected.logPath, format: 'k8s' },
  // Its follower goes through a rate limiter that drops lines (seen in 4.3: 12 % of 2 MB of short lines came).
  followsLogs: false,
};
