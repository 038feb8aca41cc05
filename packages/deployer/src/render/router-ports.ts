import type { RenderOptions } from './options.ts';

/** What clients call, as Seldon's engine has it. */
export const routerPorts = { http: 8000, grpc: 5001 };

/** Where probes and metrics of a router are that takes TLS alone: a kubelet has no certificate to show, and may not know its authority. */
const probePort = 8002;

export const hasTls = ({ security: { tls } }: RenderOptions): boolean => tls.secret !== '';

/** The port of a router that answers probes and metrics, without TLS. */
export const routerProbePort = (options: RenderOptions): number => (hasTls(options) ? probePort : routerPorts.http);
