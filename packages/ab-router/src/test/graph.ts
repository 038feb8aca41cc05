import { parsePredictor, type PredictorSpec } from '@switchyard/deployment';
import { type Call, decodeSeldonJson, encodeSeldonJson, type Message } from '@switchyard/protocol';

type RawUnit = { readonly name: string; readonly children?: readonly RawUnit[] } & Record<string, unknown>;

/** A model on this REST port. */
export const restModel = (name: string, port: number, more: object = {}): RawUnit => ({ name, type: 'MODEL', ...at(port), ...more });

/** Where a REST unit of the graph answers. */
export const at = (port: number): object => ({ endpoint: { type: 'REST', service_host: '127.0.0.1', httpPort: port } });

/** A predictor with this graph, written as in a manifest; every unit that is not built in has a container of the image `acme/<name>:1.0`. */
export function predictorOf(graph: RawUnit): PredictorSpec {
  const names = (unit: RawUnit): string[] => [...('implementation' in unit ? [] : [unit.name]), ...(unit.children ?? []).flatMap(names)];
  const containers = names(graph).map((name) => ({ name, image: `acme/${name}:1.0` }));
  return parsePredictor({ name: 'main', graph, componentSpecs: [{ spec: { containers } }] });
}

export function callOf(message: Message | object, more: Partial<Call> = {}): Call {
  const isMessage = 'payload' in message;
  const decoded = isMessage ? message : decodeSeldonJson(Buffer.from(JSON.stringify(message)));
  return { id: 'puid-1', message: decoded, signal: new AbortController().signal, headers: {}, ...more };
}

/** What the client would get by REST. */
export const textOf = (message: Message): string => encodeSeldonJson(message).toString();
export const jsonOf = (message: Message): Record<string, Record<string, unknown>> => JSON.parse(textOf(message));
