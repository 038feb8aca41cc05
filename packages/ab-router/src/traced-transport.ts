import type { GraphUnit } from '@switchyard/deployment';
import { seldonServices, type Call } from '@switchyard/protocol';
import type { Begin, Tracer } from '@switchyard/server';
import { feedbackMethodOf, methods } from './grpc-transport.ts';
import { paths } from './rest-transport.ts';
import type { Transport } from './transport.ts';

type Where = {
  readonly tracer: Tracer;
  readonly unit: GraphUnit;
  readonly host: string;
  /** `127.0.0.1:9000` */
  readonly address: string;
};

/** A transport of whose calls each is a span of the request that it is made for, and says so to the unit. */
export function tracedTransport(transport: Transport, { tracer, unit, host, address }: Where): Transport {
  const rest = unit.endpoint.type === 'REST';
  const common = {
    'server.address': host,
    'server.port': Number(address.slice(address.lastIndexOf(':') + 1)),
    'switchyard.unit': unit.name,
  };

  /** @param method The path of REST, or gRPC's full method. */
  function begin(method: string, { headers }: Call): ReturnType<Tracer['begin']> {
    const http = { 'http.request.method': 'POST', 'url.full': `http://${address}${method}`, 'url.template': method };
    const rpc = { 'rpc.system.name': 'grpc', 'rpc.method': method.slice(1) };
    const what: Pick<Begin, 'protocol' | 'name'> = rest
      ? { protocol: 'http', name: `POST ${method}` }
      : { protocol: 'grpc', name: rpc['rpc.method'] };
    return tracer.begin({ kind: 'client', ...what, headers, attributes: { ...(rest ? http : rpc), ...common } });
  }

  async function traced<C extends Call, T>(method: string, call: C, work: (call: C) => Promise<T>): Promise<T> {
    const span = begin(method, call);
    try {
      const answer = await work({ ...call, headers: span.passOn(call.headers) });
      span.end();
      return answer;
    } catch (error) {
      span.end(error);
      throw error;
    }
  }

  const aggregate = rest ? '/aggregate' : seldonServices.Combiner.Aggregate.path;
  const feedback = rest ? '/send-feedback' : feedbackMethodOf(unit.type).path;
  return {
    ...transport,
    send: (method, message, call) =>
      traced(rest ? paths[method] : methods[method].path, call, (own) => transport.send(method, message, own)),
    aggregate: (messages, call) => traced(aggregate, call, (own) => transport.aggregate(messages, own)),
    feedback: (given, call) => traced(feedback, call, (own) => transport.feedback(given, own)),
  };
}
