#!/usr/bin/env node
import { runRuntime } from '@switchyard/server';
import { formats, loadTensorFlowModel } from './model.ts';

await runRuntime('tf-runtime', loadTensorFlowModel, { formats, platform: 'tensorflow' });
