#!/usr/bin/env node
import { runRuntime } from '@switchyard/server';
import { loadForestModel } from './model.ts';

await runRuntime('rf-runtime', loadForestModel, { formats: ['switchyard-forest'], platform: 'switchyard-forest' });
