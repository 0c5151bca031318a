/** Exit codes are an interface: this test is the contract. A number may be added, never changed. */
import { describe, expect, it } from 'vitest';
import { type Code, codes } from '../../proto/codes.ts';
import { exitCodes, exitMeanings, exitOfCode } from '../../cli/exit-codes.ts';
import { suanlink } from './run-cli.ts';

describe('exit codes', () => {
  it('are these', () => {
    expect(exitCodes).toEqual({
      ok: 0,
      failure: 1,
      usage: 2,
      not_connected: 3,
      auth: 4,
      not_found: 5,
      conflict: 6,
      no_capacity: 7,
      pending: 8,
      network: 9,
      denied: 10,
      timeout: 124,
      own_failure: 125,
      not_executable: 126,
      command_not_found: 127,
      interrupted: 130,
      killed: 137,
      terminated: 143,
    });
  });

  it('of errors are these', () => {
    const table = Object.fromEntries(Object.keys(codes).map((code) => [code, exitOfCode(code as Code)]));
    expect(table).toEqual({
      invalid_argument: 2,
      config_invalid: 2,
      unauthenticated: 4,
      permission_denied: 10,
      not_found: 5,
      conflict: 6,
      too_large: 2,
      resource_exhausted: 10,
      unavailable: 9,
      deadline_exceeded: 9,
      internal: 1,
      ca_mismatch: 4,
      join_token_used: 4,
      join_token_expired: 4,
      bad_signature: 4,
      session_superseded: 6,
      protocol_error: 1,
      stale_epoch: 6,
      stale_inventory: 6,
      no_capacity: 7,
      owner_policy: 7,
      draining: 7,
      image_not_found: 5,
      image_pull_denied: 1,
      image_pull_failed: 1,
      command_not_found: 1,
      command_not_executable: 1,
      device_unavailable: 1,
      container_create_failed: 1,
      container_start_failed: 1,
      engine_unavailable: 1,
      engine_error: 1,
      state_locked: 6,
      storage_failed: 1,
    });
  });

  it('are all told by help exit-codes', async () => {
    const { stdout, code } = await suanlink(['help', 'exit-codes']);
    expect(code).toBe(0);
    for (const [name, number] of Object.entries(exitCodes))
      expect(stdout.toString()).toMatch(
        new RegExp(`^ *${number}  ${exitMeanings[name as keyof typeof exitCodes].slice(0, 20)}`, 'm'),
      );
  });
});
