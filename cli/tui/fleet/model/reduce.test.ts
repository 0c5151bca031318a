/** The fleet's model: what the stream makes of it, and what keys do, with ten thousand nodes. */
import { describe, expect, it } from 'vitest';
import { fleetEvents, fleetOf, nodeRow, poolRow } from '../../../../test/tui/fleets.ts';
import { alertsOf, fleetExitCode } from './alerts.ts';
import { FleetBook } from './fleet.ts';
import { type FleetExtent, type FleetViewEvent, reduceFleet } from './reduce.ts';
import { type FleetState, startFleet } from './state.ts';

const now = Date.UTC(2026, 10, 25, 8);
const fleet = fleetOf(fleetEvents(10_000));
const page: FleetExtent = { page: 20, scrollMax: 0, across: 0 };
const grid: FleetExtent = { page: 5, scrollMax: 0, across: 100 };

function after(state: FleetState, ...events: FleetViewEvent[]): FleetState {
  return events.reduce((at, event) => reduceFleet(at, event, now).state, state);
}
const keys = (text: readonly string[], extent: FleetExtent): FleetViewEvent[] =>
  text.map((key) => ({ kind: 'key', key, extent }));
const begin = startFleet({ now, url: 'https://pool', language: 'en', intervalMs: 2000 });
const shown = after(begin, { kind: 'fleet', fleet });
/** Number of the node under the cursor. */
const cursor = (state: FleetState): number =>
  state.shown.nodes.rows.find(({ id }) => id === state.lists.nodes.selected)?.n ?? -1;

describe('the book', () => {
  it('is told once, then only what has changed', () => {
    const book = new FleetBook();
    for (const event of fleetEvents(10)) book.take(event);
    expect(book.take({ type: 'load', load: [3, 77, -1] })).toBeUndefined();
    book.take({ type: 'nodes', rows: [nodeRow(4, { state: 'offline' })] });
    book.take({ type: 'leases', rows: [], gone: ['lease-1', 'lease-2'] });
    book.take({ type: 'queue', rows: [], gone: ['job-w0'] });
    const next = book.take({ type: 'pool', pool: poolRow() });
    expect(next?.nodes[3]).toMatchObject({ util: 77, memory: null, ill: 1 });
    expect(next?.nodes[4]).toMatchObject({ state: 'offline', util: 4, memory: 50 });
    expect(next?.leases.map(({ id }) => id)).toEqual([0, 3, 4, 5, 6, 7, 8, 9].map((n) => `lease-${n}`));
    expect(next?.queue.length).toBe(9);
  });
});

describe('alerts', () => {
  it('stand worst first, and say how the fleet is', () => {
    const alerts = alertsOf(
      [
        nodeRow(0, { ill: 2 }),
        nodeRow(1, { state: 'offline', leases: 1 }),
        nodeRow(2, { state: 'draining' }),
        nodeRow(3, { state: 'resting' }),
      ],
      poolRow({ alerts: [{ kind: 'granting_paused', since: '', message: 'by ops', until: null }] }),
    );
    expect(alerts.map(({ kind }) => kind)).toEqual(['offline', 'granting_paused', 'ill', 'resting']);
    expect([
      fleetExitCode(alerts),
      fleetExitCode(alerts.slice(1)),
      fleetExitCode(alerts.slice(3)),
      fleetExitCode([]),
    ]).toEqual([2, 1, 0, 0]);
  });
});

describe('the keys', () => {
  it('move over ten thousand rows', () => {
    const list = after(shown, ...keys(['2', 'j', 'j', 'pagedown'], page));
    expect(cursor(list)).toBe(21);
    expect(cursor(after(list, ...keys(['G'], page)))).toBe(9999);
    expect(cursor(after(list, ...keys(['G', 'down', 'pageup', 'up'], page)))).toBe(9979);
    expect(cursor(after(list, ...keys(['g'], page)))).toBe(0);
  });

  it('move in the grid by dots and rows of dots', () => {
    expect(cursor(after(shown, ...keys(['right', 'j', 'j', 'left', 'left'], grid)))).toBe(199);
    expect(cursor(after(shown, ...keys(['pagedown'], grid)))).toBe(400);
  });

  it('filter while it is typed, and Esc brings back what was before', () => {
    const typing = after(shown, ...keys(['2', '/', 'i', 'l', 'l', '>', '0'], page));
    expect(typing.shown.nodes.rows.length).toBe(200);
    expect(after(typing, ...keys(['escape'], page)).shown.nodes.rows.length).toBe(10_000);
    const kept = after(typing, ...keys(['enter', 'j', 'enter'], page));
    expect(kept.detail).toEqual({ kind: 'node', id: nodeRow(53).id });
    const left = after(kept, ...keys(['escape', 'escape'], page));
    expect([left.shown.nodes.rows.length, cursor(left)]).toEqual([10_000, 53]);
  });

  it('sort, and keep the rows that they have when nothing has changed', () => {
    const sorted = after(shown, ...keys(['2', 'o', 'o'], page));
    expect(sorted.shown.nodes.rows[0]?.util).toBe(100);
    expect(after(sorted, ...keys(['j', 'j', '?', 'x'], page)).shown.nodes).toBe(sorted.shown.nodes);
    const paused = after(sorted, ...keys(['p'], page), { kind: 'fleet', fleet: fleetOf(fleetEvents(5)) });
    expect(paused.fleet).toBe(fleet);
    expect(
      after(paused, ...keys(['p'], page), { kind: 'fleet', fleet: fleetOf(fleetEvents(5)) }).fleet?.nodes
        .length,
    ).toBe(5);
  });

  it('go from an organisation to its leases, and from a lease or an alert to what it is about', () => {
    const org = after(shown, ...keys(['5', 'enter'], page));
    expect([org.screen, org.lists.leases.filter]).toEqual(['leases', 'org-4']);
    expect(after(shown, ...keys(['4', 'j', 'enter'], page)).detail).toEqual({ kind: 'job', id: 'job-1' });
    const alert = after(shown, ...keys(['6', 'enter'], page));
    expect(alert.detail).toEqual({ kind: 'node', id: nodeRow(7).id });
    expect(after(alert, { kind: 'found', found: { id: 'another', problem: 'x' } }).found).toBeUndefined();
    expect(after(alert, { kind: 'found', found: { id: nodeRow(7).id, problem: 'x' } }).found?.problem).toBe(
      'x',
    );
  });

  it('ask for what only the world can do', () => {
    const effects = (key: string) => reduceFleet(shown, { kind: 'key', key, extent: page }, now).effects;
    expect([effects('q'), effects('R'), effects('c'), effects('d')]).toEqual([
      [{ kind: 'quit' }],
      [{ kind: 'retry' }],
      [{ kind: 'copy', text: nodeRow(0).id }],
      [],
    ]);
  });
});
