import { kubectl, run } from './program.ts';

export type Step = {
  readonly displayName: string;
  readonly phase: string;
  readonly outputs?: { parameters?: { name: string; value: string }[] };
};
type Workflow = { readonly status: { readonly phase: string; readonly nodes: Readonly<Record<string, Step>> } };

/** Submits a workflow of the folder `workflows`, waits for its end, and gives what each of its steps came to. */
export async function submit(
  file: string,
  namespace: string,
  parameters: Readonly<Record<string, unknown>>,
): Promise<{ phase: string; steps: Readonly<Record<string, Step>> }> {
  const flags = Object.entries(parameters).flatMap(([name, value]) => [
    '-p',
    `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  ]);
  const name = (await run('argo', ['submit', '-n', namespace, file, '-o', 'name', ...flags])).trim();
  await run('argo', ['wait', '-n', namespace, name]).catch(() => {}); // what became of it is told below
  const workflow = JSON.parse(await kubectl('-n', namespace, 'get', 'workflow', name, '-o', 'json')) as Workflow;
  const { phase, nodes } = workflow.status;
  if (phase !== 'Succeeded') {
    console.error(await run('argo', ['get', '-n', namespace, name]));
    console.error(await run('argo', ['logs', '-n', namespace, name, '--tail', '50']));
  }
  return { phase, steps: Object.fromEntries(Object.values(nodes).map((node) => [node.displayName, node])) };
}

/** What a gate said: promote or keep. */
export const verdictOf = (step: Step | undefined): string | undefined =>
  step?.outputs?.parameters?.find(({ name }) => name === 'verdict')?.value;
