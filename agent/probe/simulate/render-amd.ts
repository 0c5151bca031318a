/**
 * What `rocm-smi --json` of ROCm 6.2 prints for stand-in cards. Pure. Formats: docs/vendors.md. The other forms are not
 * played. A lost card has no public capture: the tool leaves its values out, and so does this.
 */
import { hexOf, simulatedVersions } from './profiles.ts';
import type { CardView, Rendered, ToolView } from './state.ts';

const { driver } = simulatedVersions['rocm-smi'];
const mebibyte = 1024 * 1024;

/** What one flag of the command line adds to a card. */
const sections: Readonly<Record<string, (view: CardView) => Record<string, string>>> = {
  '--showproductname': ({ card }) => ({
    'Card Series': card.model,
    'Card Model': '0x74a1',
    'Card Vendor': 'Advanced Micro Devices, Inc. [AMD/ATI]',
    'Card SKU': 'SIM300X',
    'GFX Version': 'gfx942',
  }),
  '--showuniqueid': ({ card }) => ({ 'Unique ID': `0x${hexOf(card.uuid).slice(0, 16)}` }),
  '--showserial': ({ card }) => ({ 'Serial Number': card.serial }),
  '--showbus': ({ card }) => ({ 'PCI Bus': card.busAddress }),
  '--showvbios': () => ({ 'VBIOS version': '113-SIM00000-001' }),
  '--showuse': (view) => ({
    'GPU use (%)': measured(view, view.values.utilizationPct),
    'GFX Activity': 'N/A',
  }),
  '--showtemp': (view) => ({
    'Temperature (Sensor junction) (C)': measured(view, view.values.temperatureC.toFixed(1)),
    'Temperature (Sensor memory) (C)': measured(view, view.values.memoryTemperatureC.toFixed(1)),
  }),
  '--showpower': (view) => ({
    'Current Socket Graphics Package Power (W)': measured(view, view.values.powerW.toFixed(1)),
  }),
  '--showmaxpower': ({ card }) => ({ 'Max Graphics Package Power (W)': card.limitW.toFixed(1) }),
  '--showmeminfo': (view) => ({
    'VRAM Total Memory (B)': String(view.card.memoryMib * mebibyte),
    'VRAM Total Used Memory (B)': measured(view, view.values.memoryUsedMib * mebibyte),
  }),
};

function measured(view: CardView, value: number | string): string {
  return view.notAvailable || view.lost ? 'N/A' : String(value);
}

/** The answer of `rocm-smi ARGS`. */
export function renderAmd(args: readonly string[], all: ToolView): Rendered {
  if (all.broken)
    return { stdout: 'ERROR:root:Driver not initialized (amdgpu not found in modules)\n', code: 1 };
  if (!args.includes('--json')) return { stdout: 'This stand-in knows --json only.\n', code: 2 };
  if (all.cards.length === 0) return { stdout: 'WARNING: No JSON data to report\n', code: 0 };
  const cards = all.cards.map((view) => {
    const facts = args.map((flag) => sections[flag]?.(view) ?? {});
    return [`card${view.card.index}`, Object.assign({}, ...facts) as Record<string, string>] as const;
  });
  const system = args.includes('--showdriverversion') ? [['system', { 'Driver version': driver }]] : [];
  return { stdout: `${JSON.stringify(Object.fromEntries([...cards, ...system]))}\n`, code: 0 };
}
