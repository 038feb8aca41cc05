import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

type Schema = Readonly<Record<string, unknown>> & {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema;
};
type Version = {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly schema: { readonly openAPIV3Schema: Schema };
};

const crd = parse(readFileSync(new URL('../crd/seldondeployments.yaml', import.meta.url), 'utf8'));
const versions: readonly Version[] = crd.spec.versions;

/** All schemas below one, with where they are. */
function* parts(schema: Schema, path = ''): Generator<[string, Schema]> {
  yield [path, schema];
  for (const [key, each] of Object.entries(schema.properties ?? {})) yield* parts(each, `${path}.${key}`);
  if (schema.items) yield* parts(schema.items, `${path}[]`);
  if (schema.additionalProperties) yield* parts(schema.additionalProperties, `${path}.*`);
}

test('all versions of the manifests are served, by one schema, and the last one is stored', () => {
  expect(versions.map(({ name, served, storage }) => [name, served, storage])).toEqual([
    ['v1', true, true],
    ['v1alpha3', true, false],
    ['v1alpha2', true, false],
    ['v1alpha1', true, false],
  ]);
  for (const { name, ...rest } of versions) expect({ ...rest, storage: true }, name).toEqual({ ...versions[0], name: undefined });
});

test('the schema is structural, and loses nothing of what users and controllers write', () => {
  const all = new Map(parts(versions[0]!.schema.openAPIV3Schema));
  for (const [path, schema] of all) expect(schema.type, path).toBeTypeOf('string');
  const open = [...all].filter(([, schema]) => schema['x-kubernetes-preserve-unknown-fields'] === true).map(([path]) => path);
  expect(open).toEqual(
    expect.arrayContaining(['.spec', '.spec.predictors[]', '.spec.predictors[].graph', '.spec.predictors[].componentSpec', '.status']),
  );
});

test('the status is a subresource, and what it says is shown', () => {
  for (const version of crd.spec.versions) {
    expect(version.subresources).toEqual({ status: {} });
    expect(version.additionalPrinterColumns.map((column: { name: string }) => column.name)).toEqual([
      'State',
      'Replicas',
      'Age',
      'Description',
    ]);
  }
});
