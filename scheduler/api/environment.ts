/**
 * Which environment variables a job may bring. The container's environment is also read by helpers of the runtime that
 * run with more rights than the job (the loader, vendors' hooks), so names that steer those are ours alone. Pure.
 */

/** Names that a job may not set, and why. */
const refused: { name: RegExp; why: string }[] = [
  { name: /^SUANLINK_/, why: 'is set by suanlink' },
  // Runtime hooks inherit the container's environment: CVE-2025-23266 was LD_PRELOAD.
  {
    name: /^(?:LD_|DYLD_)|^(?:GLIBC_TUNABLES|GCONV_PATH)$/,
    why: 'steers the loader of runtime hooks; set it inside the command',
  },
  { name: /_VISIBLE_DEVICES$/, why: 'chooses devices, which the lease does' },
  {
    name: /^NVIDIA_(?:MIG_|IMEX_|GDRCOPY|GDS|MOFED|NVSWITCH)/,
    why: 'gives access beyond the leased devices',
  },
  {
    name: /^ASCEND_(?:RUNTIME_OPTIONS|RUNTIME_MOUNTS|VNPU_SPECS|ALLOW_LINK)$/,
    why: 'steers the device runtime',
  },
];

/** A variable's name: a letter or `_`, then letters, digits, `_`, `.` or `-`; at most 256 characters. */
const shape = /^[A-Za-z_][A-Za-z0-9_.-]{0,255}$/;

/** Linux takes at most 128 KiB for one `NAME=value` with its ending NUL (MAX_ARG_STRLEN). */
const maxEntryBytes = 131_071;

/** Why a job may not have `name=value`, for a person; undefined when it may. Never quotes the value. */
export function environmentProblem(name: string, value: string): string | undefined {
  if (!shape.test(name)) return 'is not a variable name (letters, digits, _ . - and at most 256 of them)';
  const rule = refused.find((known) => known.name.test(name));
  if (rule) return `${rule.why}; leave it out`;
  if (value.includes('\0')) return 'has a NUL character in its value';
  if (!value.isWellFormed()) return 'has half of a surrogate pair in its value';
  if (Buffer.byteLength(name) + 1 + Buffer.byteLength(value) > maxEntryBytes)
    return `is over ${maxEntryBytes} bytes with its value`;
  return undefined;
}
