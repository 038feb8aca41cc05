import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { openTensorFlow } from './tensorflow.ts';
import { TensorFlowError } from './tensorflow-error.ts';

type Answer = { stdout: string; stderr: string };

/** Runs `body` in a process of its own, in which the packages named cannot be found, and the native library is at `library`. */
function run(body: string, without: readonly string[] = [], library = '/nowhere'): Promise<Answer> {
  const hide = `import { registerHooks } from 'node:module';
    registerHooks({ resolve(name, context, next) {
      if (!${JSON.stringify(without)}.includes(name)) return next(name, context);
      throw Object.assign(new Error('Cannot find package ' + name), { code: 'ERR_MODULE_NOT_FOUND' });
    } });`;
  const script = `const { openTensorFlow } = await import(${JSON.stringify(import.meta.resolve('./index.ts'))}); ${body}`;
  const preload = `data:text/javascript,${encodeURIComponent(hide)}`;
  return promisify(execFile)(process.execPath, [...process.execArgv, '--import', preload, '--input-type=module', '--eval', script], {
    env: { ...process.env, SWITCHYARD_TENSORFLOW_LIBRARY: library },
  });
}

const native = '@tensorflow/tfjs-node';
const wasm = '@tensorflow/tfjs-backend-wasm';
const report = `const { tf, backend, reason } = await openTensorFlow();
  const sum = tf.sum(tf.matMul(tf.ones([2, 3]), tf.ones([3, 2]))).dataSync()[0];
  console.log(JSON.stringify({ backend, reason, sum }));`;

test('without the native library WebAssembly computes, says why, and prints nothing of its own', async () => {
  const { stdout, stderr } = await run(report, [native]);
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({
    backend: 'wasm',
    reason: 'WebAssembly with SIMD, one thread; no native backend: its library is not set up',
    sum: 12,
  });
});

test('without WebAssembly plain JavaScript computes, and prints nothing of its own', async () => {
  const { stdout, stderr } = await run(report, [native, wasm]);
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toMatchObject({ backend: 'plain', sum: 12 });
  expect(JSON.parse(stdout).reason).toMatch(/its library is not set up; no wasm backend: Cannot find package/);
});

test('a forced backend that is not there is refused, and another can be opened after it', async () => {
  const { stdout } = await run(
    `const error = await openTensorFlow({ backend: 'native' }).catch((error) => error);
     console.log(JSON.stringify([error.name, error.message, (await openTensorFlow({ backend: 'plain' })).reason]));`,
    [native],
  );
  expect(JSON.parse(stdout)).toEqual([
    'TensorFlowError',
    'TensorFlow cannot start; no native backend: its library is not set up',
    'JavaScript, one thread; as asked for',
  ]);
});

test('errors of the application keep their own handling after WebAssembly has started', async () => {
  const { stdout } = await run(`await openTensorFlow({ backend: 'wasm' });
    process.on('unhandledRejection', (reason) => console.log('mine:', reason));
    Promise.reject('word');`);
  expect(stdout).toBe('mine: word\n');
});

test('a process has one backend: opened again it is the same, and another is refused', async () => {
  const first = await openTensorFlow({ backend: 'wasm' });
  expect(await openTensorFlow()).toBe(first);
  await expect(openTensorFlow({ backend: 'plain' })).rejects.toThrow(
    new TensorFlowError('TensorFlow runs on backend "wasm" in this process; "plain" needs a process of its own'),
  );
  await expect(openTensorFlow({ backend: 'webgl' as 'wasm' })).rejects.toThrow(
    'no TensorFlow backend "webgl"; the backends are native, wasm',
  );
});
