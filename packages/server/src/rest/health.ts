import type { DataPlane } from '../data-plane.ts';
import type { Handler, Route } from './exchange.ts';
import { textReply } from './respond.ts';
import { seldonError } from './seldon.ts';

/** What kubelets and Prometheus ask, who change nothing. */
export function probeRoutes(plane: DataPlane): readonly Route[] {
  const ready: Handler = async () => {
    const state = await plane.ready();
    return state === true ? textReply('ready') : textReply(`not ready: ${state.reason}`, 503);
  };
  const metrics: Handler = async () => ({
    status: 200,
    headers: { 'content-type': plane.metrics.registry.contentType },
    body: await plane.scrape(),
  });
  return [
    route('/ping', 'status', () => textReply('pong')),
    route('/health/ping', 'status', () => textReply('pong')),
    route('/live', 'status', () => textReply('live')),
    route('/ready', 'status', ready),
    route('/metrics', 'metrics', metrics),
    route('/prometheus', 'metrics', metrics),
  ];
}

/** What operators ask as well. */
export function healthRoutes(plane: DataPlane): readonly Route[] {
  const hold =
    (reason: string | undefined): Handler =>
    async () => {
      await plane.pause(reason);
      plane.log.info(reason === undefined ? 'unpaused' : 'paused');
      return textReply(reason === undefined ? 'unpaused' : 'paused');
    };
  return [
    ...probeRoutes(plane),
    // As Seldon's engine has them: a preStop hook pauses, so that the endpoint leaves its Service before the process stops.
    route('/pause', 'status', hold('paused by request'), ['GET', 'POST']),
    route('/unpause', 'status', hold(undefined), ['GET', 'POST']),
  ];
}

const route = (path: string, service: string, handle: Handler, methods: Route['methods'] = ['GET']): Route => ({
  path,
  methods,
  service,
  handle,
  errors: seldonError,
});
