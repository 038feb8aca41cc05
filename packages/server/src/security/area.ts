import type { Route } from '../rest/exchange.ts';

/** What may be asked for separately: predictions, feedback, and what changes the server itself. All else is open: health, metadata, metrics. */
export type Area = 'predict' | 'feedback' | 'admin';

/** Of a route of REST. Nothing: it is open. */
export function areaOfRoute({ admitted, service, path }: Pick<Route, 'admitted' | 'service' | 'path'>): Area | undefined {
  if (service === 'feedback') return 'feedback';
  if (admitted) return 'predict';
  return openServices.has(service) && path !== '/pause' && path !== '/unpause' ? undefined : 'admin';
}

const openServices = new Set(['metadata', 'metrics', 'status']);
const openMethods = new Set([
  'GraphMetadata',
  'Metadata',
  'ModelMetadata',
  'ModelReady',
  'ModelStatistics',
  'ServerLive',
  'ServerMetadata',
  'ServerReady',
]);

/** Of a method of gRPC, `/inference.GRPCInferenceService/ModelInfer`. Nothing: it is open. */
export function areaOfMethod(path: string): Area | undefined {
  const method = path.slice(path.lastIndexOf('/') + 1);
  if (openMethods.has(method)) return undefined;
  if (method === 'SendFeedback') return 'feedback';
  return method.startsWith('Repository') ? 'admin' : 'predict';
}
