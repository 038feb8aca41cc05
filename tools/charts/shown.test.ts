// What those show who ask a deployment for us, `helm test` and the step `try` of workflows, where it asks for something.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { program } from '../../apps/cli/src/program.ts';
import { cases } from './cases.ts';
import { readGolden, root } from './golden.ts';
import { type Container, podsOf, type Step, type Volume } from './pods.ts';

const folder = '/etc/switchyard/security';
const nothing = { url: /^--url=http:/, files: {}, variables: {} };

/** What a container shows: where each file that it mounts is from, and which file each variable names. */
function shown({ args = [], env = [], volumeMounts = [] }: Container, volumes: readonly Volume[] = []) {
  const mounted = volumes.filter(({ name }) => volumeMounts.some((mount) => mount.name === name));
  const sources = mounted.flatMap(({ projected }) => projected?.sources ?? []);
  return {
    url: args.find((each) => each.startsWith('--url=')),
    files: Object.fromEntries(
      sources.flatMap(({ secret }) => secret.items.map(({ key, path }) => [`${folder}/${path}`, `${secret.name}/${key}`])),
    ),
    variables: Object.fromEntries(env.filter(({ value }) => value !== '').map(({ name, value }) => [name, value])),
  };
}

function ofHelmTest(name: string) {
  const rendered = readGolden(cases.find((each) => each.chart === 'switchyard' && each.name === name)!);
  const [pod] = rendered.filter(({ metadata }) => metadata.name === 'r-test').flatMap(podsOf);
  return shown(
    pod!.containers.find((each) => each.name === 'predict')!,
    pod!.volumes,
  );
}

test('helm test shows nothing where nothing is asked for', () => {
  expect(ofHelmTest('full')).toEqual({ ...nothing, url: expect.stringMatching(nothing.url) });
});

test('helm test shows a credential of the Secret that routers know, and trusts the authority beside their certificate', () => {
  expect(ofHelmTest('tested')).toEqual({
    url: '--url=https://mnist-classifier.ns.svc:8000',
    files: { [`${folder}/credential`]: 'clients/predict', [`${folder}/ca.crt`]: 'serving-tls/ca.crt' },
    variables: { SWITCHYARD_TOKEN_FILE: `${folder}/credential`, SWITCHYARD_CA: `${folder}/ca.crt` },
  });
});

const all = {
  SWITCHYARD_TOKEN_FILE: `${folder}/credential`,
  SWITCHYARD_CA: `${folder}/ca.crt`,
  SWITCHYARD_CERT: `${folder}/tls.crt`,
  SWITCHYARD_KEY: `${folder}/tls.key`,
};
const allFiles = {
  [`${folder}/credential`]: 'clients/tester',
  [`${folder}/ca.crt`]: 'serving-ca/ca.crt',
  [`${folder}/tls.crt`]: 'tester-tls/tls.crt',
  [`${folder}/tls.key`]: 'tester-tls/tls.key',
};

test('helm test shows what its values name', () => {
  expect(ofHelmTest('secured')).toEqual({ url: '--url=https://mnist-classifier.ns.svc:8000', files: allFiles, variables: all });
});

/** The step as Argo fills it in. */
function ofTry(parameters: Readonly<Record<string, string>>) {
  const of = (name: string): string => parameters[name] ?? '';
  const text = readFileSync(join(root, 'workflows/templates/steps.yaml'), 'utf8')
    .replaceAll(
      /\{\{=workflow\.parameters\['(try-[a-z-]+)'\] == '' \? '([^']*)' : (?:'([^']*)'|workflow\.parameters\['\1'\])\}\}/g,
      (_, name: string, empty: string, given?: string) => (of(name) === '' ? empty : (given ?? of(name))),
    )
    .replaceAll(/\{\{workflow\.parameters\.(try-[a-z-]+)\}\}/g, (_, name: string) => of(name));
  const { templates } = (parse(text) as { spec: { templates: Step[] } }).spec;
  const { container, volumes } = templates.find(({ name }) => name === 'try')!;
  const { files, ...rest } = shown({ ...container!, name: 'main' }, volumes);
  const there = Object.entries(files).filter(([, from]) => !from.startsWith('no-secret/'));
  return {
    ...rest,
    files: Object.fromEntries(there),
    optional: volumes!.flatMap(({ projected }) => projected!.sources.map(({ secret }) => secret.optional)),
  };
}

test('the step that tries a deployment shows what parameters name, and waits for no Secret', () => {
  const optional = [true, true, true];
  expect(ofTry({ 'try-credentials-key': 'predict' })).toEqual({ ...nothing, url: expect.stringMatching(nothing.url), optional });
  const parameters = {
    'try-credentials-secret': 'clients',
    'try-credentials-key': 'tester',
    'try-ca-secret': 'serving-ca',
    'try-cert-secret': 'tester-tls',
  };
  expect(ofTry(parameters)).toEqual({ url: expect.stringMatching(/^--url=https:/), files: allFiles, variables: all, optional });
  expect(ofTry({ 'try-credentials-secret': 'clients', 'try-credentials-key': 'predict' })).toEqual({
    url: expect.stringMatching(nothing.url),
    files: { [`${folder}/credential`]: 'clients/predict' },
    variables: { SWITCHYARD_TOKEN_FILE: all.SWITCHYARD_TOKEN_FILE },
    optional,
  });
});

test('the variables are those of the command that they run', () => {
  const predict = program().commands.find((each) => each.name() === 'predict')!;
  expect(predict.options.map(({ envVar }) => envVar)).toEqual(expect.arrayContaining(Object.keys(all)));
});
