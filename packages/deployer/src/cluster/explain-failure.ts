import { ApiException } from '@kubernetes/client-node';
import { ClusterError, type ClusterErrorReason } from './cluster-error.ts';

/** What the API server says of a failed call: its `Status` object, as far as it is used here. */
export type ApiStatus = {
  readonly message?: string;
  readonly reason?: string;
  readonly details?: {
    readonly retryAfterSeconds?: number;
    readonly causes?: readonly { readonly reason?: string; readonly message?: string; readonly field?: string }[];
  };
};

export type Subject = {
  /** The API server's address. */
  readonly server: string;
  /** What was to be done: `apply Deployment dev/mnist`. */
  readonly task: string;
  /** As whom, in the kubeconfig's words. */
  readonly user: string;
};

const reasons: Readonly<Record<number, ClusterErrorReason>> = {
  400: 'invalid',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  410: 'gone',
  422: 'invalid',
  429: 'overloaded',
};

/** Says in words why a call failed. What is not a failure of the call comes back unchanged. */
export function explainFailure(error: unknown, subject: Subject): Error {
  if (error instanceof ClusterError) return error;
  if (error instanceof ApiException) return explainStatus(error.code, statusOf(error), subject, error);
  const code = networkCode(error);
  if (code === undefined) return error instanceof Error ? error : new Error(String(error));
  return new ClusterError('unreachable', `the API server ${subject.server} is not reached: ${networkWords(code, error)}`, { cause: error });
}

export function explainStatus(code: number, status: ApiStatus, { server, task, user }: Subject, cause?: unknown): ClusterError {
  const said = shorten(status.message?.trim() || `HTTP ${code}`);
  const fail = (reason: ClusterErrorReason, message: string) => new ClusterError(reason, message, { status: code, cause });
  const foreign = conflictsOf(status);
  if (code === 401) return fail('unauthorized', `${task}: ${server} does not accept the credentials of ${user}`);
  if (code === 409 && foreign.length > 0)
    return fail('conflict', `${task}: fields belong to another manager: ${foreign.join('; ')}. --force takes them over`);
  if (code === 409) return fail(status.reason === 'AlreadyExists' ? 'exists' : 'conflict', `${task}: ${said}`);
  if (isUntyped(code, status)) return fail('invalid', `${task}: ${said}`);
  return fail(reasons[code] ?? 'other', `${task}: ${said}`);
}

/** An object with fields that its kind does not have; the API server calls that its own failure. */
export const isUntyped = (code: number, { message }: ApiStatus): boolean => code === 500 && (message ?? '').includes('typed patch object');

/** The API server repeats a value that it refuses, however long; what matters stands before and after it. */
const shorten = (text: string): string => (text.length <= 1000 ? text : `${text.slice(0, 600)} … ${text.slice(-300)}`);

/** `kubectl-edit has .spec.replicas` for each field that another manager owns. */
function conflictsOf({ details }: ApiStatus): string[] {
  const causes = details?.causes?.filter((each) => each.reason === 'FieldManagerConflict') ?? [];
  const fields = Map.groupBy(causes, (each) => /^conflict with "([^"]+)"/.exec(each.message ?? '')?.[1] ?? 'another');
  return [...fields].map(([manager, its]) => `${manager} has ${its.map((each) => each.field).join(', ')}`);
}

export function statusOf({ body }: { readonly body: unknown }): ApiStatus {
  if (typeof body === 'object' && body !== null) return body;
  try {
    return JSON.parse(String(body)) as ApiStatus;
  } catch {
    return { message: String(body).slice(0, 200) };
  }
}

/** The system's code of a failed connection; undefined where it is no such failure. */
export function networkCode(error: unknown): string | undefined {
  for (let each = error; each instanceof Error; each = each.cause) {
    const { code } = each as { code?: unknown };
    if (typeof code === 'string') return code;
    if (each instanceof AggregateError) return networkCode(each.errors[0]);
    if (each.name === 'TimeoutError') return 'ETIMEDOUT';
  }
  return undefined;
}

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name could not be looked up',
  ETIMEDOUT: 'it does not answer in time',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer in time',
  EHOSTUNREACH: 'no way leads there',
  ENETUNREACH: 'no way leads there',
  ECONNRESET: 'the connection was broken off',
  UND_ERR_SOCKET: 'the connection was broken off',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is of an authority that the kubeconfig does not name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is of an authority that the kubeconfig does not name',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is of an authority that the kubeconfig does not name',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};

function networkWords(code: string, error: unknown): string {
  const known = words[code];
  if (known !== undefined) return `${known} (${code})`;
  const { cause } = error as { cause?: { message?: string } };
  return cause?.message ? `${cause.message} (${code})` : code;
}
