import type { Watcher } from '../watch.ts';
import type { Tracer } from './tracer.ts';

/** A watcher by which each request that predicts or rewards is a server's span, and what it asks of others is part of it. */
export function traceWatcher(tracer: Tracer): Watcher {
  return ({ path, service, headers, http }) => {
    const { host, ':authority': authority, 'user-agent': agent } = headers;
    const common = { ...addressOf(text(host) ?? text(authority)), 'user_agent.original': text(agent), 'switchyard.service': service };
    const span = http
      ? tracer.begin({
          kind: 'server',
          protocol: 'http',
          name: `${http.method} ${path}`,
          headers,
          attributes: {
            'http.request.method': http.method,
            'http.route': path,
            'url.path': http.path,
            'url.scheme': http.scheme,
            ...common,
          },
        })
      : tracer.begin({
          kind: 'server',
          protocol: 'grpc',
          name: path.slice(1),
          headers,
          attributes: { 'rpc.system.name': 'grpc', 'rpc.method': path.slice(1), ...common },
        });
    return {
      identify: (id) => span.set({ 'switchyard.puid': id }),
      served: (model, version) => span.set({ 'switchyard.model.name': model, 'switchyard.model.version': version }),
      passOn: (given) => span.passOn(given),
      asked() {},
      answered: () => span.end(),
      failed: (error) => span.end(error),
    };
  };
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** `shop.example:9000` and `[::1]:9000` apart. */
function addressOf(host: string | undefined) {
  const [, name, port] = /^(.*?)(?::(\d{1,5}))?$/.exec(host ?? '') ?? [];
  return { 'server.address': name?.replace(/^\[(.*)\]$/, '$1') || undefined, 'server.port': port === undefined ? undefined : Number(port) };
}
