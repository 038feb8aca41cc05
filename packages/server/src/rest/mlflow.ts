import { decodeCsv, decodeInvocationJson, encodeInvocationJson, invocationErrorJson, type Invocation } from '@switchyard/protocol';
import type { DataPlane } from '../data-plane.ts';
import { isJson, mediaType, unsupported } from './body.ts';
import { routesOf, type Exchange, type Handler, type Route } from './exchange.ts';
import { errorReply, jsonReply, textReply } from './respond.ts';
import { predictRows } from './rows.ts';

/** What MLflow's scoring server answers; its `/ping` is everybody's. */
export function mlflowRoutes(plane: DataPlane, version: string): readonly Route[] {
  const route = routesOf((error) => errorReply(error, invocationErrorJson(error)));
  return [
    route('POST', '/invocations', 'predictions', invocations(plane), true),
    route('GET', '/health', 'status', async () => {
      const ready = await plane.ready();
      return ready === true ? textReply('ready') : textReply(`not ready: ${ready.reason}`, 503);
    }),
    route('GET', '/version', 'metadata', () => textReply(version)),
  ];
}

function invocations(plane: DataPlane): Handler {
  return async (exchange) => {
    const invocation = await read(exchange);
    return jsonReply(encodeInvocationJson((await predictRows(plane, exchange, invocation, invocation.params)).payload));
  };
}

async function read({ request, body }: Exchange): Promise<Invocation> {
  const type = mediaType(request);
  const bytes = await body();
  if (type === 'text/csv') return { params: {}, table: decodeCsv(bytes) };
  if (isJson(request, bytes)) return decodeInvocationJson(bytes);
  throw unsupported(type, ['application/json', 'text/csv']);
}
