import { idOf, type Content } from './contents.ts';
import type { Component } from './component.ts';

/** Of CycloneDX, what we read again. */
export type Sbom = {
  readonly components: readonly {
    readonly group?: string;
    readonly name: string;
    readonly version: string;
    readonly licenses: readonly { readonly expression?: string; readonly license?: { readonly id: string } }[];
    readonly purl: string;
  }[];
};

/**
 * A bill of materials in CycloneDX 1.6: what is in a bundle, no less and no more. It says no time and no number of its own, so that the same
 * bundle has the same bill. See https://cyclonedx.org/docs/1.6/json/.
 */
export function sbom(component: Component, contents: readonly Content[]): string {
  const itself = contents.find(({ name }) => name === component.packageName);
  const others = contents.filter((content) => content !== itself);
  const bill = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': refOf({ name: component.packageName, version: component.version }),
        ...nameOf(component.packageName),
        version: component.version,
        licenses: licensesOf(component.license),
        purl: refOf({ name: component.packageName, version: component.version }),
      },
    },
    components: others.map((content) => ({
      type: 'library',
      'bom-ref': refOf(content),
      ...nameOf(content.name),
      version: content.version,
      ...(content.integrity && { hashes: hashesOf(content.integrity) }),
      licenses: licensesOf(content.license),
      purl: refOf(content),
    })),
    dependencies: contents.map((content) => ({
      ref: refOf(content),
      dependsOn: content.dependencies.flatMap((name) => dependencyOf(content, name, contents)).map(refOf),
    })),
  };
  return `${JSON.stringify(bill, null, 2)}\n`;
}

/** The copy that a package finds, as Node looks for it: in its own node_modules, then in those above. */
function dependencyOf({ root }: Content, name: string, contents: readonly Content[]): Content[] {
  const copies = contents.filter((content) => content.name === name);
  const reach = (copy: Content): number => {
    const owner = copy.root.replace(/\/?node_modules\/(?:@[^/]+\/)?[^/]+$/, '');
    return owner === '' || root === owner || root.startsWith(`${owner}/`) ? owner.length : -1;
  };
  const found = copies.filter((copy) => !copy.root.includes('node_modules') || reach(copy) >= 0);
  return found.toSorted((a, b) => reach(b) - reach(a)).slice(0, 1);
}

/** A package URL, https://github.com/package-url/purl-spec: `pkg:npm/%40grpc/grpc-js@1.14.7` */
function refOf(content: Pick<Content, 'name' | 'version'>): string {
  return `pkg:npm/${idOf(content).replace(/^@/, '%40')}`;
}

function nameOf(packageName: string): { group?: string; name: string } {
  const [group, name] = packageName.split('/');
  return name === undefined ? { name: packageName } : { group: group!, name };
}

function licensesOf(license: string): object[] {
  return /[\s()]/.test(license) ? [{ expression: license.replace(/^\((.*)\)$/, '$1') }] : [{ license: { id: license } }];
}

/** `sha512-<base64>`, as package-lock.json has it */
function hashesOf(integrity: string): object[] {
  const [algorithm = '', digest = ''] = integrity.split('-');
  return [{ alg: algorithm.toUpperCase().replace('SHA', 'SHA-'), content: Buffer.from(digest, 'base64').toString('hex') }];
}
