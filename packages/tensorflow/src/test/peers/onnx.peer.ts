import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadOnnx } from '../../onnx/load-onnx.ts';
import { onnxAnswers, onnxFiles, onnxTensors, recordedOnnx } from '../onnx.ts';
import { runPython } from './python.ts';

const folder = mkdtempSync(join(tmpdir(), 'onnx-peers-'));
afterAll(() => rmSync(folder, { recursive: true }));
runPython('export_onnx.py', folder);

describe('of Keras and scikit-learn', () => {
  test.each(Object.entries(onnxAnswers(folder)))('"%s" answers in ONNX as there', async (name, { inputs, outputs }) => {
    const model = await loadOnnx(onnxFiles(name, folder));
    const answers = await model.predict(onnxTensors(model.signature.inputs, inputs));
    model.dispose();
    const expected = onnxTensors(model.signature.outputs, outputs);
    expect(answers.map(({ shape, datatype }) => [shape, datatype])).toEqual(expected.map(({ shape, datatype }) => [shape, datatype]));
    for (const [at, { data }] of answers.entries()) {
      const theirs = expected[at]!.data as Float32Array;
      if (data instanceof Float32Array)
        data.forEach((value, index) => expect(Math.abs(value - theirs[index]!) / Math.max(1, Math.abs(value))).toBeLessThan(5e-6));
      else expect(data).toEqual(theirs);
    }
  });
});

test('the fixtures are what their script makes of the pinned packages', () => {
  runPython('../../fixtures/onnx/models.py', folder);
  for (const name of [...Object.keys(onnxAnswers()), 'refused-external-within'])
    expect(onnxFiles(name, folder), name).toEqual(onnxFiles(name));
  const text = (from: string) => readFileSync(join(from, 'answers.json'), 'utf8');
  expect(JSON.parse(text(folder))).toEqual(JSON.parse(text(recordedOnnx)));
});
