#!/usr/bin/env node
import { setting } from '@switchyard/config';
import { runRuntime } from '@switchyard/server';
import { openTensorFlow, TensorFlowError, tensorsAlive } from '@switchyard/tensorflow';
import * as z from 'zod';
import { formats, loadTensorFlowModel } from './model.ts';

const settings = {
  backend: setting(
    z.enum(['auto', 'native', 'wasm', 'plain']).default('auto'),
    'What computes: "native" (the library of TensorFlow), "wasm" or "plain" JavaScript. "auto" takes the best there is; any other that is not there ends the start.',
  ),
};

await runRuntime('tf-runtime', loadTensorFlowModel, {
  formats,
  platform: 'tensorflow',
  settings,
  // a process has one backend: who opens it first decides
  prepare: async ({ backend }) => backend === 'auto' || openTensorFlow({ backend }),
  known: [TensorFlowError],
  gauges: {
    switchyard_tensors: { help: 'Tensors that TensorFlow.js holds.', read: () => tensorsAlive().javascript },
    switchyard_native_tensors: { help: 'Tensors that the library of TensorFlow holds.', read: () => tensorsAlive().native },
  },
});
