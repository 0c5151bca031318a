/** What an operator needs on a node: these speak every language that there is, in help and in what they say. */
export const operatorCommands: ReadonlySet<string> = new Set([
  ...['top', 'drain', 'undrain', 'status', 'probe', 'simulate-node', 'config', 'upgrade', 'agent', 'doctor'],
  ...['version', 'help'],
]);
