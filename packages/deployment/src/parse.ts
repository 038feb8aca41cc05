import * as z from 'zod';
import { type ApiVersion, apiVersions, type Deployment, type PredictorSpec } from './deployment.ts';
import { type PredictorContext, readPredictor } from './predictor.ts';
import { DeploymentError, type Findings, read, warnUnknown } from './problem.ts';
import { metadataSchema, specFields, specSchema } from './schema.ts';
import { readObjects } from './text.ts';
import { settleTraffic } from './traffic.ts';

const group = 'machinelearning.seldon.io';

/**
 * Reads the one SeldonDeployment of a manifest, YAML or JSON, in any of its versions. Other objects in the file are passed over.
 *
 * @param source what the text is called in errors: the file's path
 * @throws DeploymentError that lists every problem with its path
 */
export function parseDeployment(text: string, source = 'manifest'): Deployment {
  const [first, ...others] = parseDeployments(text, source);
  if (first === undefined || others.length > 0) {
    const names = [first, ...others].map((each) => `"${each?.name}"`).join(', ');
    throw new DeploymentError(source, [{ path: '', message: `holds ${others.length + 1} SeldonDeployments (${names}); one is wanted` }]);
  }
  return first;
}

/** All SeldonDeployments of a manifest, at least one. */
export function parseDeployments(text: string, source = 'manifest'): Deployment[] {
  const objects = readObjects(text, source);
  const deployments = objects.filter((each) => kindOf(each) === 'SeldonDeployment');
  if (deployments.length > 0) return deployments.map((each) => readDeployment(each, source));
  const kinds = objects.map((each) => kindOf(each) ?? 'an object without a kind');
  const found = kinds.length === 0 ? 'it is empty' : `it holds ${kinds.join(', ')}`;
  throw new DeploymentError(source, [{ path: '', message: `has no SeldonDeployment; ${found}` }]);
}

const kindOf = (value: unknown): string | undefined => {
  const kind = (value as { kind?: unknown } | undefined)?.kind;
  return typeof kind === 'string' ? kind : undefined;
};

function readDeployment(raw: unknown, source: string): Deployment {
  const findings: Findings = { problems: [], warnings: [] };
  const { apiVersion: version, metadata: rawMetadata, spec: rawSpec } = raw as Record<string, unknown>;
  const apiVersion = readVersion(version, findings);
  const metadata = read(metadataSchema, rawMetadata, 'metadata', findings);
  const spec = read(specSchema, rawSpec, 'spec', findings);
  const rawPredictors = (rawSpec as { predictors?: unknown } | undefined)?.predictors;
  const context: PredictorContext = { replicas: spec?.replicas ?? 1, transport: spec?.transport ?? 'rest', findings };
  const all = (Array.isArray(rawPredictors) ? rawPredictors : []).map((each, index) =>
    readPredictor(each, `spec.predictors[${index}]`, context),
  );
  const predictors = all.filter((each) => each !== undefined);
  for (const [index, each] of all.entries())
    if (each !== undefined && all.findIndex((other) => other?.name === each.name) < index)
      findings.problems.push({ path: `spec.predictors[${index}].name`, message: `another predictor is called "${each.name}" too` });
  const settled = all.length > 0 && predictors.length === all.length ? settleTraffic(predictors, apiVersion, findings) : [];
  if (spec !== undefined) warnUnknown(spec, specFields, 'spec', findings);
  if (findings.problems.length > 0 || metadata === undefined || spec === undefined) throw new DeploymentError(source, findings.problems);
  return {
    name: metadata.name,
    ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
    apiVersion,
    protocol: spec.protocol,
    annotations: { ...metadata.annotations, ...spec.annotations },
    labels: metadata.labels,
    predictors: settled,
    warnings: findings.warnings,
  };
}

function readVersion(value: unknown, findings: Findings): ApiVersion {
  const known = apiVersions.map((each) => `${group}/${each}`);
  const schema = z.enum(known, { error: `is ${JSON.stringify(value) ?? 'missing'}; it must be one of ${known.join(', ')}` });
  const version = read(schema, value, 'apiVersion', findings);
  return apiVersions[known.indexOf(version ?? '')] ?? 'v1';
}

/**
 * Reads one predictor in the manifest's form, as an engine gets it: without its workload, which is a cluster's.
 * @throws DeploymentError
 */
export function parsePredictor(raw: unknown, source = 'predictor'): PredictorSpec {
  const findings: Findings = { problems: [], warnings: [] };
  const predictor = readPredictor(raw, '', { replicas: 1, transport: 'rest', findings });
  if (predictor === undefined || findings.problems.length > 0) throw new DeploymentError(source, findings.problems);
  const { workload: _, ...engine } = predictor;
  return { ...engine, traffic: predictor.traffic ?? 100 };
}
