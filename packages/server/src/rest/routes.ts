import type { DataPlane } from '../data-plane.ts';
import type { ErrorForm, Route } from './exchange.ts';
import { healthRoutes } from './health.ts';
import { oipError, oipRoutes } from './oip.ts';
import { seldonError, seldonRoutes } from './seldon.ts';

/** All that a server answers by REST. */
export function allRoutes(plane: DataPlane): readonly Route[] {
  return [...seldonRoutes(plane), ...oipRoutes(plane), ...healthRoutes(plane)];
}

/** The form of an error on a path that there is not. */
export function errorFormOf(path: string): ErrorForm {
  return path === '/v2' || path.startsWith('/v2/') ? oipError : seldonError;
}
