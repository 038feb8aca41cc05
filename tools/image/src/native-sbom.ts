import { readFileSync } from 'node:fs';
import { join } from 'node:path';

type Manifest = { readonly name: string; readonly version: string; readonly license: string };

/** A bill of materials in CycloneDX 1.6 of the native library of TensorFlow in a folder, as its set-up put it together. */
export function nativeSbom(folder: string): string {
  const { source } = JSON.parse(readFileSync(join(folder, 'library.json'), 'utf8')) as { source: string };
  const packages = ['tfjs-node', 'tfjs-node/node_modules/google-protobuf'].map(
    (path) => JSON.parse(readFileSync(join(folder, path, 'package.json'), 'utf8')) as Manifest,
  );
  const bill = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    components: [
      {
        type: 'library',
        name: 'tensorflow',
        version: /\d+\.\d+\.\d+/.exec(source)?.[0] ?? '',
        description: `TensorFlow's C library, from ${source}`,
        licenses: [{ license: { id: 'Apache-2.0' } }],
      },
      ...packages.map(({ name, version, license }) => ({
        type: 'library',
        name,
        version,
        licenses: [license.startsWith('(') ? { expression: license.slice(1, -1) } : { license: { id: license } }],
        purl: `pkg:npm/${name.replace(/^@/, '%40')}@${version}`,
      })),
    ],
  };
  return `${JSON.stringify(bill, null, 2)}\n`;
}
