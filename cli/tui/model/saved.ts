/** Where an agent leaves its last status: beside its socket. Pure. */

/** The file that belongs to a control socket. */
export function savedPath(socket: string): string {
  return `${socket.replace(/\.sock$/, '')}.last.json`;
}
