/**
 * What a server tells the process that started it, over the channel between them (`child_process`'s IPC), whenever it changes.
 * Other messages may come on the same channel; they have another `type`.
 */
export type Status = {
  readonly type: 'status';
  readonly ready: boolean;
  /** Why it is not ready. */
  readonly reason?: string;
  readonly httpPort: number;
  readonly grpcPort: number;
  /** Of the model that serves. */
  readonly version?: string;
};
