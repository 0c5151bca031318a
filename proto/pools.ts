/** Node pools: how jobs are placed that ask for one, and what operators see of them. Types only. */

/** How cards are chosen: where most room is left for others, or on the least used node. */
export type Strategy = 'pack' | 'spread';

/** What operators decided about a node pool. */
export interface PoolView {
  /** '': what is said of jobs that ask for no pool. */
  pool: string;
  /** Of jobs that do not say themselves. */
  strategy: Strategy;
  /** That belong to it; of '': that belong to none. */
  nodes: number;
  cards: number;
}
