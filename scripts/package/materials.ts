/** What the program is made of: licences of all that is inside, and a bill of materials (CycloneDX) from the lock file. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../bundle.ts';

/** One package of npm's that is bundled. */
interface Material {
  name: string;
  version: string;
  integrity: string;
  licence: string;
  /** The text of its licence; '' when it ships none. */
  text: string;
}

interface LockEntry {
  version?: string;
  integrity?: string;
  dev?: boolean;
  optional?: boolean;
  license?: string;
}

function licenceText(dir: string): string {
  const names = existsSync(dir) ? readdirSync(dir) : [];
  const found = names.filter((name) => /^(licen[cs]e|copying|notice)/i.test(name)).toSorted();
  return found.map((name) => readFileSync(join(dir, name), 'utf8').trim()).join('\n\n');
}

function declared(dir: string): string {
  const manifest = join(dir, 'package.json');
  if (!existsSync(manifest)) return '';
  const { license } = JSON.parse(readFileSync(manifest, 'utf8')) as { license?: unknown };
  return typeof license === 'string' ? license : '';
}

/** What `package-lock.json` says is there when the program runs, by name. */
export function materials(): Material[] {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockEntry>;
  };
  return Object.entries(packages)
    .filter(([path, entry]) => path !== '' && !entry.dev && existsSync(join(root, path)))
    .map(([path, entry]) => ({
      name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version: entry.version ?? '',
      integrity: entry.integrity ?? '',
      licence: entry.license ?? declared(join(root, path)),
      text: licenceText(join(root, path)),
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.version < b.version ? -1 : 1));
}

/** `THIRD-PARTY-LICENSES`: Node's licence (with those of what it carries), then each package's. */
export function licences(nodeLicence: string, used: readonly Material[]): string {
  const rule = '='.repeat(80);
  const parts = used.map(
    ({ name, version, licence, text }) => `${rule}\n${name} ${version} (${licence})\n${rule}\n\n${text}\n`,
  );
  return [`${rule}\nNode.js\n${rule}\n\n${nodeLicence.trim()}\n`, ...parts].join('\n');
}

function component({ name, version, integrity, licence }: Material): object {
  const [algorithm, hash] = integrity.split('-');
  return {
    type: 'library',
    'bom-ref': `pkg:npm/${name}@${version}`,
    name,
    version,
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    ...(licence === '' ? {} : { licenses: [{ expression: licence }] }),
    ...(algorithm === 'sha512' && hash
      ? { hashes: [{ alg: 'SHA-512', content: Buffer.from(hash, 'base64').toString('hex') }] }
      : {}),
  };
}

/** The bill of materials as CycloneDX 1.6; `dateSeconds` is its date. */
export function billOfMaterials(version: string, used: readonly Material[], dateSeconds: number): string {
  const node = process.versions.node;
  const document = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      timestamp: new Date(dateSeconds * 1000).toISOString(),
      component: { type: 'application', 'bom-ref': 'suanlink', name: 'suanlink', version },
    },
    components: [
      {
        type: 'platform',
        'bom-ref': `pkg:generic/node@${node}`,
        name: 'node',
        version: node,
        purl: `pkg:generic/node@${node}`,
        licenses: [{ expression: 'MIT' }],
      },
      ...used.map(component),
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
