import type { UntypedServiceImplementation } from '@grpc/grpc-js';
import * as protocol from '@switchyard/protocol';
import { oipService, type RawMethod } from '@switchyard/protocol';
import type { DataPlane } from '../data-plane.ts';
import { infer, repositoryOf, serverMetadata } from '../oip-data-plane.ts';
import { unary, type Unary } from './unary.ts';
