/** Subcommands that the program calls itself with; hidden from help. */

/** Prints facts about this host as JSON and ends, so that the library which knows them leaves no trace in the agent. */
export async function hostFacts(): Promise<number> {
  const { printHostFacts } = await import('../../agent/probe/host-facts.ts');
  return printHostFacts();
}

/** Plays a vendor tool on a machine without accelerators: `TOOL STATEFILE -- ARGS…`. */
export async function simulateTool(argv: readonly string[]): Promise<number> {
  const { runSimulatedTool } = await import('../../agent/probe/simulate/run.ts');
  return runSimulatedTool(argv);
}
