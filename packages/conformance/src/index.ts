export { authority } from './certificates.ts';
export { conformance } from './conformance.ts';
export { freePort } from './free-port.ts';
export { grpcClient, type GrpcClient } from './grpc-client.ts';
export { pythonWith } from './python.ts';
export { startServer, type ServerProcess } from './server-process.ts';
export type { ConformanceOptions, Start, Target } from './target.ts';
export { startTraffic, untilAnswered, type TrafficOptions, type TrafficReport } from './traffic.ts';
