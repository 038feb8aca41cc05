#!/usr/bin/env node
import { runRuntime } from '@switchyard/server';
import { loadTensorFlowModel } from './model.ts';

await runRuntime('tf-runtime', loadTensorFlowModel, { formats: ['tfjs-layers'], platform: 'tensorflow' });
