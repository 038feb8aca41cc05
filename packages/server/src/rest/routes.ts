import type { DataPlane } from '../data-plane.ts';
import type { InferenceStatistics } from '../inference-statistics.ts';
import { serverMetadata } from '../oip-data-plane.ts';
import type { ErrorForm, Route } from './exchange.ts';
import { healthRoutes } from './health.ts';
import { kserveRoutes } from './kserve.ts';
import { mlflowRoutes } from './mlflow.ts';
import { oipError, oipRoutes } from './oip.ts';
import { openApiRoutes } from './openapi.ts';
import { seldonError, seldonRoutes, type Deployment } from './seldon.ts';

/** What routes tell beside the predictor's own. */
type About = {
  readonly statistics: InferenceStatistics;
  readonly deployment: Deployment;
  /** A certificate. */
  readonly clientsMustShow?: boolean;
};

/** All that a server answers by REST. */
export function allRoutes(plane: DataPlane, { statistics, deployment, clientsMustShow = false }: About): readonly Route[] {
  const routes = [
    ...seldonRoutes(plane, deployment),
    ...oipRoutes(plane, statistics),
    ...kserveRoutes(plane),
    ...mlflowRoutes(plane, serverMetadata.version),
    ...healthRoutes(plane),
  ];
  return [...routes, ...openApiRoutes(plane, routes, clientsMustShow)];
}

/** The form of an error on a path that there is not. */
export function errorFormOf(path: string): ErrorForm {
  return /^\/v[12](?:\/|$)/.test(path) ? oipError : seldonError;
}
