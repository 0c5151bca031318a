import { describe, expect, it } from 'vitest';
import { part } from '../../test/scheduler/placing.ts';
import { card, inventory, org } from '../../test/scheduler/values.ts';
import { layoutOf } from '../fleet/layout.ts';
import { isCalled } from './names.ts';

function isNamed(model: string, name: string): boolean {
  return layoutOf(inventory([card(0, { model })]), org).cards.some((one) =>
    isCalled(one, name.toLowerCase()),
  );
}

describe('a card is called', () => {
  it.each([
    ['NVIDIA H20', 'H20'],
    ['NVIDIA A100-SXM4-80GB', 'a100'],
    ['NVIDIA A100-SXM4-80GB', 'A100 80GB'],
    ['NVIDIA A100-SXM4-80GB', 'nvidia a100-sxm4-80gb'],
    ['MLU370-X8', 'mlu370'],
    ['天数智芯 BI-V150', 'bi-v150'],
    ['910B3', '910B3'],
  ])('%s: %s', (model, name) => {
    expect(isNamed(model, name)).toBe(true);
  });

  it.each([
    ['910B3', '910B'],
    ['NVIDIA H200', 'H20'],
    ['NVIDIA A100-SXM4-80GB', 'A100 40GB'],
    ['NVIDIA A100-SXM4-80GB', ''],
    ['NVIDIA A100-SXM4-80GB', '-'],
  ])('%s, not: %s', (model, name) => {
    expect(isNamed(model, name)).toBe(false);
  });

  it('by its profile too when it is a part of one', () => {
    const [one] = layoutOf(inventory([part(0, 10)]), org).cards;
    const names = ['a100', 'mig', 'a100 1g.10gb', '1g.10gb', 'a100 mig 1g.10gb', 'a100 2g.10gb'];
    expect(names.filter((name) => one && isCalled(one, name))).toEqual([
      'a100 1g.10gb',
      '1g.10gb',
      'a100 mig 1g.10gb',
    ]);
  });
});
