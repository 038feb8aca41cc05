import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { cases } from './cases.ts';
import { readGolden, root, type Rendered } from './golden.ts';
import { manifestOf, podsOf, type Step, withStore } from './pods.ts';
import { repositoryOf } from '../../packages/deployment/src/images.ts';
import { parseDeployment } from '../../packages/deployment/src/parse.ts';

type Parameter = { readonly name: string; readonly value?: string };
type Task = {
  readonly templateRef?: { readonly name: string; readonly template: string };
  readonly template?: string;
  readonly arguments?: { readonly parameters: readonly Parameter[] };
};
type Template = Step & {
  readonly inputs?: { readonly parameters?: readonly Parameter[] };
  readonly outputs?: { readonly parameters?: readonly Parameter[] };
  readonly dag?: { readonly tasks: readonly Task[] };
  readonly steps?: readonly (readonly Task[])[];
  readonly retryStrategy?: object;
  readonly activeDeadlineSeconds?: number;
  readonly inputsArtifacts?: object;
};
type Workflow = Rendered & {
  readonly spec: {
    readonly arguments?: { readonly parameters: readonly Parameter[] };
    readonly templates: readonly Template[];
    readonly workflowTemplateRef?: { readonly name: string };
  };
};

const load = (path: string): Workflow => parse(readFileSync(join(root, path), 'utf8')) as Workflow;
const templates = new Map(globSync('workflows/templates/*.yaml', { cwd: root }).map((path) => [load(path).metadata.name, load(path)]));
const library = templates.get('switchyard-steps')!;
const workflows = [...templates.values()].filter((each) => each !== library);
const plain = globSync('workflows/*.yaml', { cwd: root }).toSorted();

const parametersOf = ({ spec }: Workflow): string[] => (spec.arguments?.parameters ?? []).map(({ name }) => name);
const tasksOf = ({ dag, steps }: Template): readonly Task[] => dag?.tasks ?? steps?.flat() ?? [];
const findStep = (name: string): Template | undefined => library.spec.templates.find((each) => each.name === name);

/** Names of the parameters of a workflow that a text names, in either form. */
function namedParameters(text: string): string[] {
  const plainForm = [...text.matchAll(/workflow\.parameters\.([a-z][a-z-]*)/g)];
  return [...new Set([...plainForm, ...text.matchAll(/workflow\.parameters\['([^']+)'\]/g)].map(([, name]) => name!))];
}

/** All steps that a workflow comes to, itself included. */
function reached(workflow: Workflow): Template[] {
  const seen = new Set<Template>();
  const visit = (template: Template | undefined, within: Workflow): void => {
    if (template === undefined || seen.has(template)) return;
    seen.add(template);
    for (const task of tasksOf(template)) {
      if (task.templateRef) visit(findStep(task.templateRef.template), library);
      else
        visit(
          within.spec.templates.find(({ name }) => name === task.template),
          within,
        );
    }
  };
  for (const each of workflow.spec.templates) visit(each, workflow);
  return [...seen];
}

test('there is a plain workflow for each template, by its name', () => {
  expect(plain.map((path) => load(path).spec.workflowTemplateRef?.name).toSorted()).toEqual(
    workflows.map(({ metadata }) => metadata.name).toSorted(),
  );
  for (const path of plain) expect(path).toBe(`workflows/${load(path).spec.workflowTemplateRef!.name}.yaml`);
});

test("the seed's parameters are taken", () => {
  const seed = ['version', 'github-user', 'docker-user', 'docker-org', 'github-revision', 'build-push-image', 'repository-url'];
  for (const name of ['train-tf', 'train-rf', 'serve-tf', 'serve-rf', 'end-to-end'])
    expect(parametersOf(templates.get(name)!)).toEqual(expect.arrayContaining(seed));
  for (const name of ['train-tf', 'train-rf'])
    expect(parametersOf(templates.get(name)!)).toEqual(expect.arrayContaining(['deploy-model', 'tfjob-version-hack']));
});

test.each(workflows.map((each) => [each.metadata.name, each] as const))(
  '%s states each parameter that a step of it names, and no idle one',
  (_name, workflow) => {
    const named = namedParameters(JSON.stringify(reached(workflow)));
    const accepted = ['tfjob-version-hack']; // for calls of old
    expect(named.filter((each) => !parametersOf(workflow).includes(each))).toEqual([]);
    expect(parametersOf(workflow).filter((each) => !named.includes(each) && !accepted.includes(each))).toEqual([]);
  },
);

test('the library states what its steps name', () => {
  expect(namedParameters(JSON.stringify(library.spec.templates)).filter((each) => !parametersOf(library).includes(each))).toEqual([]);
});

test('a task gives its step what the step asks for', () => {
  const wrong = [...templates.values()].flatMap(({ metadata, spec }) =>
    spec.templates.flatMap((template) =>
      tasksOf(template).flatMap((task) => {
        const step = task.templateRef ? findStep(task.templateRef.template) : spec.templates.find(({ name }) => name === task.template);
        const given = (task.arguments?.parameters ?? []).map(({ name }) => name);
        const asked = step?.inputs?.parameters ?? [];
        const missing = asked.filter(({ name, value }) => value === undefined && !given.includes(name)).map(({ name }) => name);
        const unknown = given.filter((name) => !asked.some((each) => each.name === name));
        return step === undefined || missing.length + unknown.length > 0 ? [{ workflow: metadata.name, task, missing, unknown }] : [];
      }),
    ),
  );
  expect(wrong).toEqual([]);
});

test('secrets are mounted in builds alone, there in the first container alone, and never in an environment', () => {
  const secret = /docker-credentials|docker-config/;
  for (const step of library.spec.templates) {
    const users = [
      ...(step.initContainers ?? []),
      ...(step.container ? [{ ...step.container, name: 'main' }] : []),
      ...(step.sidecars ?? []),
    ];
    const mounting = users.filter(({ volumeMounts = [] }) => volumeMounts.some(({ name }) => secret.test(name))).map(({ name }) => name);
    expect([step.name, mounting]).toEqual([step.name, step.name.startsWith('build-') ? ['login'] : []]);
    expect(users.flatMap(({ env = [] }) => env).filter((each) => JSON.stringify(each).includes('secretKeyRef'))).toEqual([]);
  }
});

test("every step is a service account's of the chart", () => {
  const accounts = readGolden(cases.find(({ chart }) => chart === 'switchyard-pipelines')!)
    .filter(({ kind }) => kind === 'ServiceAccount')
    .map(({ metadata }) => metadata.name);
  const running = library.spec.templates.filter(({ container, resource }) => container ?? resource);
  expect(running.filter(({ serviceAccountName = '' }) => !accounts.includes(serviceAccountName)).map(({ name }) => name)).toEqual([]);
  expect(accounts.filter((each) => !running.some(({ serviceAccountName }) => serviceAccountName === each))).toEqual([]);
});

test('every container says its command, and restricts what Argo puts beside it', () => {
  const running = library.spec.templates.filter(({ container }) => container);
  for (const { name, container, sidecars = [], podSpecPatch } of running) {
    expect([name, [container!, ...sidecars].every(({ command }) => command !== undefined)]).toEqual([name, true]);
    const words = [container!, ...sidecars].flatMap(({ command = [], args = [] }) => [...command, ...args]);
    expect(words.filter((word) => typeof word !== 'string')).toEqual([]); // 'a ? b : c' without quotes is a map
    const patch = JSON.parse(withStore(podSpecPatch ?? '{}')) as Record<string, { name: string; securityContext: object }[]>;
    const restricted = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
    expect({ volumes: [], ...patch }).toEqual({
      volumes: [],
      initContainers: [{ name: 'init', securityContext: restricted }],
      containers: [{ name: 'wait', securityContext: restricted }],
    });
  }
});

test('a step that waits has an end that can come: a condition on a field that the kind has, and one for failure alone', () => {
  const waiting = library.spec.templates.filter(({ resource }) => resource && resource.action !== 'apply');
  const fields: Readonly<Record<string, RegExp>> = {
    Job: /^status\.(succeeded == 1|failed > 0)$/,
    TFJob: /^status\.(replicaStatuses\.Worker\.(succeeded == 1|failed > 0)|conditions\.[1-3]\.type == Failed)$/,
    SeldonDeployment: /^status\.(state == (Available|Failed)|observedGeneration > \{\{=.*\}\})$/,
  };
  expect(waiting.map(({ name }) => name)).toEqual(['train-job', 'train-tfjob', 'observed', 'available']);
  for (const { resource } of waiting) {
    const { successCondition = '', failureCondition, manifest } = resource!;
    const { kind } = manifestOf(manifest);
    expect(successCondition).toMatch(fields[kind]!);
    for (const either of failureCondition?.split(', ') ?? []) expect(either).toMatch(fields[kind]!); // Argo takes several for one or another
  }
});

test('a TFJob that failed is told by its condition: that is all that the operator leaves of it', () => {
  const { resource } = findStep('train-tfjob')!;
  const failed = resource!.failureCondition!.split(', ').map((each) => each.split(/ (?:==|>) /) as [path: string, value: string]);
  const holds = (status: object): boolean =>
    failed.some(([path, value]) => {
      const found = path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], { status });
      return value === '0' ? Number(found ?? 0) > 0 : found === value;
    });
  const types = (...all: string[]) => ({ conditions: all.map((type) => ({ type, status: 'True' })) });
  expect(holds({ ...types('Created', 'Failed'), replicaStatuses: { Worker: {} } })).toBe(true); // too short to be seen running
  expect(holds({ ...types('Created', 'Running', 'Failed'), replicaStatuses: { Worker: {} } })).toBe(true);
  expect(holds({ ...types('Created', 'Running'), replicaStatuses: { Worker: { active: 1 } } })).toBe(false);
  expect(holds({ ...types('Created', 'Running', 'Succeeded'), replicaStatuses: { Worker: { succeeded: 1 } } })).toBe(false);
});

test('what is applied is a SeldonDeployment that can be served', () => {
  const applied = library.spec.templates.filter(({ resource }) => resource?.action === 'apply');
  expect(applied.map(({ name }) => name)).toEqual(['apply-one', 'apply-arms', 'apply-canary']);
  for (const { name, resource } of applied) {
    const filled = resource!.manifest
      .replaceAll("{{=100 - asInt(workflow.parameters['canary-traffic'])}}", '90')
      .replaceAll('{{workflow.parameters.canary-traffic}}', '10')
      .replaceAll('{{workflow.parameters.epsilon}}', '0.1')
      .replaceAll('{{inputs.parameters.unit}}', 'rf-model')
      .replaceAll(
        /\{\{=\(.*?'(?:\/(\w+-runtime):' \+ workflow\.parameters\.version|\/' \+ inputs\.parameters\.component \+ ':' \+ workflow\.parameters\.version)\}\}/g,
        (_, component: string) => `acme/switchyard/${component ?? 'rf-runtime'}:1`,
      )
      .replaceAll('{{workflow.parameters.deployment}}', 'digits')
      .replaceAll(/\{\{.*?\}\}/g, '1');
    const { predictors, warnings } = parseDeployment(filled, name);
    expect(warnings).toEqual([]);
    expect(predictors.map(({ traffic }) => traffic)).toEqual(name === 'apply-canary' ? [90, 10] : [100]);
    for (const { containers } of predictors)
      expect(containers.map(({ image }) => repositoryOf(image)).every((each) => /^acme\/switchyard\/[rt]f-runtime$/.test(each))).toBe(true);
  }
});

test('models in an object store need no claim, and its credentials are given to who trains, gates and serves, by a name alone', () => {
  const using = library.spec.templates.filter((step) => JSON.stringify(step).includes('store-secret'));
  expect(using.map(({ name }) => name)).toEqual(['train-job', 'train-tfjob', 'gate', 'apply-one', 'apply-arms', 'apply-canary']);
  for (const { name, resource, podSpecPatch, container } of using) {
    if (resource === undefined) {
      const { volumes } = JSON.parse(withStore(podSpecPatch!, true)) as { volumes: object[] };
      expect(volumes).toEqual([{ name: 'models', $retainKeys: ['name', 'emptyDir'], emptyDir: {} }]);
      expect(withStore(JSON.stringify(container), true)).toContain('--store=s3://bucket/models');
      continue;
    }
    const object = JSON.stringify(manifestOf(withStore(resource.manifest, true)));
    expect([name, object.includes('persistentVolumeClaim'), object.includes('s3://bucket/models')]).toEqual([name, false, true]);
    if (name.startsWith('apply')) expect(object).toMatch(/"modelUri":"s3:\/\/bucket\/models\/\w/);
    const onVolume = JSON.stringify(manifestOf(resource.manifest));
    expect([name, onVolume.includes('persistentVolumeClaim'), onVolume.includes('s3:')]).toEqual([name, true, false]);
  }
});

test('training jobs try once and are retried by the workflow; drained pods are no failure', () => {
  const job = manifestOf(findStep('train-job')!.resource!.manifest) as Rendered & {
    spec: { backoffLimit: number; podFailurePolicy: { rules: { action: string }[] } };
  };
  expect(job.spec).toMatchObject({
    backoffLimit: 0,
    podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }] },
  });
  // Without a limit of its own: the operator deletes the pods of a job that ran into one, and what they said with them.
  const tfJob = manifestOf(findStep('train-tfjob')!.resource!.manifest);
  expect(tfJob['spec']).toMatchObject({ runPolicy: { cleanPodPolicy: 'None' } });
  expect((tfJob['spec'] as { runPolicy: object }).runPolicy).not.toHaveProperty('backoffLimit');
  expect(podsOf(tfJob).flatMap(({ containers }) => containers.map(({ name }) => name))).toEqual(['tensorflow']);
  for (const name of ['train-job', 'train-tfjob']) expect(findStep(name)!.retryStrategy).toBeDefined();
});

test('the chart has the templates of workflows/ as they are', () => {
  const rendered = readGolden(cases.find(({ chart, name }) => chart === 'switchyard-pipelines' && name === 'default')!).filter(
    ({ kind }) => kind === 'WorkflowTemplate',
  );
  expect(rendered.map(({ metadata }) => metadata.name).toSorted()).toEqual([...templates.keys()].toSorted());
  for (const { metadata, spec } of rendered) expect(spec).toEqual(templates.get(metadata.name)!.spec);
});
