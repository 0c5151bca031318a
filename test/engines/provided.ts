/** What `global-setup.ts` tells the tests, through vitest's `inject`. */

/** Both engines have this image. */
export const testImage = 'suanlink.test/busybox:1';

declare module 'vitest' {
  /** Keys of `inject`. */
  export interface ProvidedContext {
    /** Docker first, then Podman. */
    engines: { kind: 'docker' | 'podman'; socketPath: string }[];
    /** A registry on loopback, and its door that asks for the account of `scripts/test-registry.ts`. */
    registry: { address: string; guarded: string };
  }
}
