import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { savedModelOf, type Graph } from './graph.ts';
import type { Binding, Output } from './native-backend.ts';

/** A graph that TensorFlow holds ready. Tensors are the add-on's numbers, in the order of the graph's inputs and outputs. */
export type Session = { run(inputs: readonly number[]): Output[]; close(): void };

/** @throws Error where TensorFlow refuses the graph, or there is no folder to hand it over in */
export function openSession(binding: Binding, graph: Graph): Session {
  const model = loadDefinition(binding, savedModelOf(graph));
  const inputs = graph.inputs.map(({ name }) => `${name}:0`).join(',');
  const outputs = graph.outputs.map(({ name }) => `${name}:0`).join(',');
  return {
    run: (ids) => (outputs === '' ? [] : binding.runSavedModel(model, ids, inputs, outputs)),
    close: () => binding.deleteSavedModel(model),
  };
}

/**
 * The add-on's number of a SavedModel without variables, which it takes by a folder only. The root of a container may be read-only, so memory
 * does as well.
 * @throws Error of TensorFlow's
 */
export function loadDefinition(binding: Binding, definition: Uint8Array): number {
  const folder = scratch();
  try {
    mkdirSync(join(folder, 'variables'));
    writeFileSync(join(folder, 'saved_model.pb'), definition);
    return binding.loadSavedModel(folder, 'serve');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function scratch(): string {
  try {
    return mkdtempSync(join(tmpdir(), 'switchyard-graph-'));
  } catch (error) {
    try {
      return mkdtempSync('/dev/shm/switchyard-graph-');
    } catch {
      throw error;
    }
  }
}
