import { findOnnxRuntime } from '../onnx/find-runtime.ts';
import { startThread } from '../onnx/thread.ts';
import { onnxFiles } from './onnx.ts';

/** Ends with 7 while onnxruntime computes. */
const model = onnxFiles('mlp')['onnx/model.onnx']!;
const source = { runtime: findOnnxRuntime().folder, model, inputs: ['x'], outputs: ['probabilities'], threads: 1, alone: false };
const thread = await startThread(source);
const calls = Array.from({ length: 20 }, () => thread.run([{ type: 'float32', dims: [1e6, 4], data: new Float32Array(4e6) }]));
await calls[0];
process.exit(7);
