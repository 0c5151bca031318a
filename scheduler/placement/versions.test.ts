import { describe, expect, it } from 'vitest';
import { isAtLeast } from './versions.ts';

describe('a version', () => {
  it.each([
    ['550.54.15', '550.54', true],
    ['550.54', '550.54.15', false],
    ['535.183.01', '550', false],
    ['1000.1', '999.9', true],
    ['8.0', '8.0.0', true],
    ['8.0.0', '8.0', true],
    ['24.1.rc3', '24.1.rc2', true],
    ['24.1.rc3', '24.1', false],
    ['24.1', '24.1.rc3', true],
    ['24.1.0', '24.1.RC3', true],
    ['V100R001C18', 'V100R001C15', true],
    ['V100R001C13', 'V100R001C15', false],
    ['6.3.42131-1', '6.3', true],
    ['v6.2.4', '6.2.4', true],
    ['', '1', false],
  ])('%s is at least %s: %s', (version, least, expected) => {
    expect(isAtLeast(version, least)).toBe(expected);
  });
});
