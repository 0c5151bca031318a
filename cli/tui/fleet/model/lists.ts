/** What the fleet's lists are filtered and sorted by. Pure. */
import { fleetNodeStates } from '../../../../proto/fleet.ts';
import type { ListShape } from '../../model/lists.ts';
import type { FleetListName, FleetRows } from './fleet.ts';

const nodes: ListShape<FleetRows['nodes']> = {
  id: ({ id }) => id,
  words: ({ name, org, state, model, region, note, id, ill }) =>
    [name, org, state, model, region, note, id, ill > 0 ? 'ill' : ''].join(' '),
  value(node, name) {
    switch (name) {
      case 'util':
        return node.util;
      case 'mem':
        return node.memory;
      case 'cards':
      case 'used':
      case 'free':
      case 'ill':
      case 'leases':
        return node[name];
      default:
        return undefined;
    }
  },
  sorts: [
    { column: 'node', by: () => 0 },
    { column: 'state', by: ({ state, ill }) => -fleetNodeStates.indexOf(state) - (ill > 0 ? 0.5 : 0) },
    { column: 'util', by: ({ util }) => -(util ?? -1) },
    { column: 'memory', by: ({ memory }) => -(memory ?? -1) },
    { column: 'free', by: ({ free }) => -free },
    { column: 'leases', by: ({ leases }) => -leases },
    { column: 'org', by: ({ org }) => org },
  ],
};

/** Priorities are within plus and minus this. */
const base = 1_000_000;

const queue: ListShape<FleetRows['queue']> = {
  id: ({ id }) => id,
  words: ({ id, org, user, image, setback, preemptible }) =>
    [id, org, user, image, setback, preemptible ? 'preemptible' : ''].join(' '),
  value(job, name) {
    switch (name) {
      case 'cards':
        return job.cards * job.nodes;
      case 'nodes':
        return job.nodes;
      case 'pri':
        return job.priority;
      default:
        return undefined;
    }
  },
  sorts: [
    {
      column: 'priority',
      by: ({ priority, submitted_at: at }) => `${String(base - priority).padStart(8, '0')} ${at}`,
    },
    { column: 'waited', by: ({ submitted_at: at }) => at },
    { column: 'wants', by: ({ cards, nodes: count }) => -cards * count },
    { column: 'org', by: ({ org }) => org },
  ],
};

const leases: ListShape<FleetRows['leases']> = {
  id: ({ id }) => id,
  words: ({ id, job_id: job, org, node_name: node, node_id: nodeId, state, phase, notice }) =>
    [id, job, org, node, nodeId, state, phase, notice].join(' '),
  value: ({ cards }, name) => (name === 'cards' ? cards : undefined),
  sorts: [
    { column: 'age', by: ({ granted_at: at }) => -Date.parse(at) },
    { column: 'state', by: ({ state }) => ['stopping', 'offered', 'committed', 'running'].indexOf(state) },
    { column: 'cards', by: ({ cards }) => -cards },
    { column: 'node', by: ({ node_name: node }) => node },
    { column: 'org', by: ({ org }) => org },
  ],
};

const orgs: ListShape<FleetRows['orgs']> = {
  id: ({ org }) => org,
  words: ({ org }) => org,
  value(org, name) {
    switch (name) {
      case 'cards':
        return org.cards_in_use;
      case 'share':
        return org.share_milli / 10;
      case 'waiting':
        return org.waiting_jobs;
      default:
        return undefined;
    }
  },
  sorts: [
    { column: 'in_use', by: ({ cards_in_use: cards }) => -cards },
    { column: 'share', by: ({ share_milli: share }) => -share },
    { column: 'used', by: ({ decayed_card_hours: hours }) => -hours },
    { column: 'waiting', by: ({ waiting_jobs: jobs }) => -jobs },
    { column: 'org', by: ({ org }) => org },
  ],
};

const alerts: ListShape<FleetRows['alerts']> = {
  id: ({ id }) => id,
  words: ({ kind, name, detail, node_id: node, severity }) => [kind, name, detail, node, severity].join(' '),
  value: ({ cards, leases: count }, name) =>
    name === 'cards' ? cards : name === 'leases' ? count : undefined,
  sorts: [{ column: 'what', by: () => 0 }],
};

/** Every list. */
export const fleetShapes: { readonly [List in FleetListName]: ListShape<FleetRows[List]> } = {
  ...{ nodes, queue, leases, orgs, alerts },
};
