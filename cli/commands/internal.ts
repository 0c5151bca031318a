/** Subcommands that the program calls itself with; not part of its interface and not in its help. */

/** `internal-host-facts`: facts about this host as JSON, from a process of its own, so that the library which knows them
 * leaves no trace in the agent. `internal-doctor disk|dns …`: a look of the doctor's that may hang. `internal-simulate-tool TOOL STATEFILE -- ARGS…`: plays a vendor tool. The exit code. */
export async function internal(words: readonly string[]): Promise<number> {
  if (words[0] === 'internal-host-facts') {
    const { printHostFacts } = await import('../../agent/probe/host-facts.ts');
    return printHostFacts();
  }
  if (words[0] === 'internal-doctor') {
    const { lookAside } = await import('../doctor/gather/aside.ts');
    return lookAside(words.slice(1));
  }
  if (words[0] === 'internal-simulate-tool') {
    const { runSimulatedTool } = await import('../../agent/probe/simulate/run.ts');
    return runSimulatedTool(words.slice(1));
  }
  process.stderr.write(`suanlink: there is no ${words[0]}\n`);
  return 2;
}
