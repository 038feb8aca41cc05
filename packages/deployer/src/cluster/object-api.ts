import {
  ApiException,
  HttpMethod,
  type KubeConfig,
  KubernetesObjectApi,
  type ResponseContext,
  type V1APIResource,
} from '@kubernetes/client-node';
import { ClusterError } from './cluster-error.ts';

export type ApiCall = {
  readonly method: keyof typeof HttpMethod;
  readonly apiVersion: string;
  readonly kind: string;
  /** Absent: of all namespaces, for a list. */
  readonly namespace?: string | undefined;
  /** Absent: the collection. */
  readonly name?: string | undefined;
  readonly subresource?: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly contentType?: string;
  readonly body?: unknown;
  readonly timeoutMs?: number;
};

const action = { GET: 'read', PATCH: 'patch', PUT: 'replace', DELETE: 'delete', POST: 'create' } as const;

/**
 * The library's client for objects of any kind, but with the objects as they are: its own methods pass them through classes that turn
 * times into `Date`s, rename fields (`from` to `_from`) and drop those that the library's version does not know.
 */
class ObjectApi extends KubernetesObjectApi {
  async call(call: ApiCall): Promise<unknown> {
    const { method, query = {}, body, contentType = 'application/json' } = call;
    const request = this.configuration.baseServer.makeRequestContext(await this.pathOf(call), HttpMethod[method]);
    request.setHeaderParam('Accept', 'application/json');
    for (const [key, value] of Object.entries(query)) if (value !== undefined) request.setQueryParam(key, value);
    if (body !== undefined) {
      request.setHeaderParam('Content-Type', contentType);
      request.setBody(toJson(body));
    }
    request.setSignal(AbortSignal.timeout(call.timeoutMs ?? 30_000));
    return this.requestPromise(request);
  }

  /** The path of an object or a collection. */
  async pathOf({ method, apiVersion, kind, namespace, name, subresource }: ApiCall): Promise<string> {
    const metadata = { ...(namespace !== undefined && { namespace }), ...(name !== undefined && { name }) };
    const verb = name === undefined && method === 'GET' ? 'list' : action[method as keyof typeof action];
    const path = await this.specUriPath({ apiVersion, kind, metadata }, verb);
    return subresource === undefined ? path : `${path}/${subresource}`;
  }

  /** The library's, but a kind that the API server does not have is an error in words. */
  override async resource(apiVersion: string, kind: string): Promise<V1APIResource> {
    const found = await super.resource(apiVersion, kind).catch((error: unknown) => {
      if (error instanceof ApiException && error.code === 404) return undefined;
      throw error;
    });
    if (found !== undefined) return found;
    throw new ClusterError('unknown-kind', `the cluster has no ${kind} of ${apiVersion}: its CustomResourceDefinition is not installed`);
  }

  protected override async processResponse(response: ResponseContext): Promise<never> {
    const text = await response.body.text();
    if (response.httpStatusCode >= 300) throw new ApiException(response.httpStatusCode, 'failed', text, response.headers);
    return JSON.parse(text) as never;
  }
}

/**
 * JSON as the API server writes it, with `<`, `>` and `&` escaped: data that it keeps as it came (a ControllerRevision's) must not look
 * changed to it when it comes by again.
 */
const toJson = (body: unknown): string =>
  JSON.stringify(body).replaceAll(/[<>&\u2028\u2029]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`);

export type { ObjectApi };

export const objectApi = (config: KubeConfig): ObjectApi => config.makeApiClient(ObjectApi);
