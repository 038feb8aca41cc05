export type { Container, Volume } from './container.ts';
export { type ApiVersion, type Deployment, type DeploymentProtocol, type PredictorSpec, type Workload } from './deployment.ts';
export { decodePredictor, encodeParameters, encodePredictor } from './engine.ts';
export {
  type Builtin,
  builtins,
  type Endpoint,
  type GraphUnit,
  type Implementation,
  mapUnits,
  type ModelServer,
  type Parameters,
  type UnitMethod,
  type UnitType,
  unitsOf,
} from './graph-unit.ts';
export { builtinOf } from './builtin-parameters.ts';
export { type ModelPlace, readModelUri } from './model-uri.ts';
export { type ImageRule, imageRules, repositoryOf, type Resolution, resolveUnit, ruleFor, tagOf, UnresolvedUnitError } from './images.ts';
export { parseDeployment, parseDeployments, parsePredictor } from './parse.ts';
export type { Orchestrator, Pod } from './pod.ts';
export { DeploymentError, type Problem } from './problem.ts';
