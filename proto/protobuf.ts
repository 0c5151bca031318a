/**
 * protobufjs without `long`: 64-bit integers are read and written as numbers. `check.ts` refuses what is not exact
 * within 2^53, so no value is ever silently rounded. Must be configured before the generated code is loaded, which
 * is why that code imports this file.
 */
import protobuf from 'protobufjs/minimal.js';

Object.assign(protobuf.util, { Long: undefined });
protobuf.configure();

/** The configured runtime. */
export const $protobuf: typeof protobuf = protobuf;
