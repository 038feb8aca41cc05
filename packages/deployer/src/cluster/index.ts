export { type ApplyOptions, type Cluster, fieldManager, type LogQuery, type Watcher, type WatchEvent } from './cluster.ts';
export { ClusterError, type ClusterErrorReason } from './cluster-error.ts';
export type { ClusterOptions } from './credentials.ts';
export type { LiveMeta, LiveObject, Query, Reference } from './live-object.ts';
export { openCluster } from './open-cluster.ts';
