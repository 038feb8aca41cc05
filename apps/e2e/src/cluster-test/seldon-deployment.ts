// Of the one SeldonDeployment of a namespace.
import { until } from '../system.ts';
import { get, podsOf } from './cluster.ts';

/** Waits until what was applied last is what serves. */
export async function serving(namespace: string): Promise<void> {
  await until(
    async () => {
      const [object] = await get('seldondeployments', '-n', namespace);
      const { state, observedGeneration } = (object!['status'] ?? {}) as { state?: string; observedGeneration?: number };
      return state === 'Available' && observedGeneration === object!.metadata.generation;
    },
    240,
    500,
  );
}

export async function statusOf(namespace: string): Promise<unknown> {
  const [object] = await get('seldondeployments', '-n', namespace);
  return object?.['status'];
}

/** The version of the model that each arm of the deployment is told to serve. */
export async function versionsServed(namespace: string): Promise<Readonly<Record<string, string | undefined>>> {
  const [object] = await get('seldondeployments', '-n', namespace);
  const { predictors } = object!['spec'] as { predictors: { graph: { children: Arm[] } }[] };
  const valueOf = ({ parameters }: Arm): string | undefined => parameters.find(({ name }) => name === 'model_version')?.value;
  return Object.fromEntries(predictors.flatMap(({ graph }) => graph.children).map((arm) => [arm.name, valueOf(arm)]));
}

type Arm = { readonly name: string; readonly parameters: readonly { name: string; value: string }[] };

/** The images of all its running pods. */
export async function imagesServed(namespace: string): Promise<string[]> {
  const pods = await podsOf(namespace, 'seldon-deployment-id');
  return pods.flatMap(({ spec }) => (spec as { containers: { image: string }[] }).containers.map(({ image }) => image));
}
