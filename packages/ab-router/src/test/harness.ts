import { onTestFinished } from 'vitest';
import { InferenceError } from '@switchyard/protocol';
import type { GraphOptions } from '../graph-options.ts';
import { type GraphPredictor, graphPredictor } from '../graph-predictor.ts';
import { predictorOf } from './graph.ts';
import { type GrpcReceived, type GrpcUnit, startGrpcUnit } from './grpc-unit.ts';
import { type Answer, type RestUnit, startRestUnit } from './rest-unit.ts';

/** A REST unit that lives as long as the test. */
export async function restUnit(answer: Answer, port = 0): Promise<RestUnit> {
  const unit = await startRestUnit(answer, port);
  onTestFinished(() => unit.stop());
  return unit;
}

/** A port of this machine on which nothing listens. */
export async function deadPort(): Promise<number> {
  const unit = await startRestUnit(() => '');
  await unit.stop();
  return unit.port;
}

/** A gRPC unit that lives as long as the test. */
export async function grpcUnit(answer: (request: GrpcReceived) => Buffer | undefined): Promise<GrpcUnit> {
  const unit = await startGrpcUnit(answer);
  onTestFinished(() => unit.stop());
  return unit;
}

/** A running graph that lives as long as the test. */
export async function graph(raw: Parameters<typeof predictorOf>[0], options: GraphOptions = {}): Promise<GraphPredictor> {
  const predictor = await graphPredictor(predictorOf(raw), { timeoutMs: 60_000, ...options });
  onTestFinished(() => predictor.close());
  return predictor;
}

/** The error with which work fails; it must be one for clients. */
export async function failure(work: Promise<unknown>): Promise<InferenceError> {
  const thrown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof InferenceError) return thrown;
  throw new Error(`not an InferenceError: ${String(thrown)}`);
}

/** The JSON of a message with these numbers. */
export const tensor = (...values: number[]): string =>
  JSON.stringify({ meta: {}, data: { tensor: { shape: [1, values.length], values } } });

export const request = { data: { ndarray: [[1, 2]] } };
