import { checkBuiltin } from './builtin-parameters.ts';
import type { Container } from './container.ts';
import { builtins, type Endpoint, type GraphUnit, isBuiltin, type ModelServer, modelServers, type UnitType } from './graph-unit.ts';
import { readParameters } from './parameters.ts';
import { type Findings, join, read, warnUnknown } from './problem.ts';
import { type RawEndpoint, unitFields, unitSchema } from './schema.ts';

export type UnitContext = {
  readonly containers: ReadonlyMap<string, Container>;
  readonly transport: 'rest' | 'grpc';
  /** Where each name was first used. */
  readonly names: Map<string, string>;
  readonly findings: Findings;
};

/** Deep enough for any real graph; a manifest that nests deeper is refused before it can exhaust the stack. */
const maxDepth = 64;

/** Reads a unit and those below it; after a problem it goes on with what can be read. */
export function readUnit(raw: unknown, path: string, context: UnitContext, depth = 0): GraphUnit | undefined {
  const { findings, containers } = context;
  if (depth > maxDepth) {
    findings.problems.push({ path, message: `the graph is more than ${maxDepth} units deep` });
    return undefined;
  }
  const fields = read(unitSchema, raw, path, findings);
  const children = childrenOf(raw)
    .map((child, index) => readUnit(child, `${path}.children[${index}]`, context, depth + 1))
    .filter((child) => child !== undefined);
  if (fields === undefined) return undefined;

  warnUnknown(fields, unitFields, path, findings);
  noteName(fields.name, path, context);
  const parameters = readParameters(fields.parameters, join(path, 'parameters'), findings);
  const implementation = fields.implementation === 'UNKNOWN_IMPLEMENTATION' ? undefined : fields.implementation;
  const container = implementation === undefined ? containers.get(fields.name) : undefined;
  const unit: GraphUnit = {
    name: fields.name,
    type: typeOf(fields.type, implementation),
    methods: fields.methods,
    parameters,
    endpoint: endpointOf(fields.endpoint, context.transport),
    children,
    ...(implementation !== undefined && { implementation }),
    ...(fields.modelUri && { modelUri: fields.modelUri }),
    ...(fields.envSecretRefName && { envSecretRefName: fields.envSecretRefName }),
    ...(fields.logger && { logger: { mode: fields.logger.mode, ...(fields.logger.url !== undefined && { url: fields.logger.url }) } }),
    ...(container !== undefined && { container }),
  };
  checkUnit(unit, fields.children.length, path, context);
  return unit;
}

function childrenOf(raw: unknown): readonly unknown[] {
  const children = (raw as { children?: unknown } | undefined)?.children;
  return Array.isArray(children) ? children : [];
}

function noteName(name: string, path: string, { names, findings }: UnitContext): void {
  const first = names.get(name);
  if (first === undefined) names.set(name, path);
  else
    findings.problems.push({
      path: join(path, 'name'),
      message: `"${name}" is also the name of ${first}; feedback and routing find a unit by its name`,
    });
}

/** A built-in is what it is, whatever the manifest's own type says; Seldon's own examples leave the type out there. */
function typeOf(type: UnitType | undefined, implementation: string | undefined): UnitType {
  if (isBuiltin(implementation)) return builtins[implementation];
  if (implementation !== undefined && (type === undefined || type === 'UNKNOWN_TYPE')) return 'MODEL';
  return type ?? 'UNKNOWN_TYPE';
}

/** The 2018 form has one host and port; the later one a port for each transport. */
function endpointOf(raw: RawEndpoint, transport: 'rest' | 'grpc'): Endpoint {
  const type = raw.type ?? (transport === 'grpc' ? 'GRPC' : 'REST');
  const host = raw.service_host ?? raw.serviceHost;
  const port = raw.service_port ?? raw.servicePort;
  const httpPort = raw.httpPort ?? (type === 'REST' ? port : undefined);
  const grpcPort = raw.grpcPort ?? (type === 'GRPC' ? port : undefined);
  return {
    type,
    ...(host && { host }),
    ...(httpPort && { httpPort }),
    ...(grpcPort && { grpcPort }),
  };
}

/** `count` is how many children were written, readable or not. */
function checkUnit(unit: GraphUnit, count: number, path: string, { findings }: UnitContext): void {
  const problem = (key: string, message: string): unknown => findings.problems.push({ path: join(path, key), message });
  const { implementation, type, methods, name } = unit;
  if (implementation === undefined) {
    if (unit.container === undefined && unit.endpoint.host === undefined)
      problem('name', `no container is called "${name}", and the unit has neither an implementation nor an endpoint with a host`);
    if (type === 'UNKNOWN_TYPE' && methods.length === 0) problem('type', `unit "${name}" has no type, no methods and no implementation`);
  }
  if (modelServers.includes(implementation as ModelServer) && !unit.modelUri)
    problem('modelUri', `${implementation} needs the address of a model`);
  if (type === 'ROUTER' && count === 0) problem('children', `router "${name}" has no children to route to`);
  if (type === 'COMBINER' && count === 0) problem('children', `combiner "${name}" has no children to combine`);
  if (implementation === 'SIMPLE_MODEL' && count > 0) problem('children', `SIMPLE_MODEL "${name}" is a leaf; it has ${count} children`);
  const choosesOrCombines = type === 'ROUTER' || type === 'COMBINER' || methods.includes('ROUTE') || methods.includes('AGGREGATE');
  if (!choosesOrCombines && count > 1)
    findings.warnings.push(
      `${path}: "${name}" neither routes nor combines its ${count} children: all are called, and the first one's answer is given`,
    );
  checkBuiltin(unit, count, path, findings);
}
