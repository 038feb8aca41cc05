import { contract } from './contract.ts';
import { ClientError } from './client-error.ts';
import { type CallOptions, exchange, type Fetch, refusal, type Reply } from './exchange.ts';
import { type Data, type Datatype, type InputName, join, type OutputName, Rows } from './tensors.ts';
import { decodeAnswer, type Encoding, encodeRequest, type RequestParameters, type Tensor } from './wire.ts';

export type Inputs = { readonly [Name in InputName]: Rows<Name> | readonly Rows<Name>[] };
export type Output<Name extends OutputName> = {
  readonly shape: readonly number[];
  readonly data: Data[(typeof contract.outputs)[Name]['datatype']];
};
/** The names of an output's columns: of a classifier, its classes. */
export type ClassName<Name extends OutputName> = (typeof contract.outputs)[Name] extends { readonly columns: readonly (infer Column)[] }
  ? Column
  : never;

/** By this an answer can be rewarded, later and from elsewhere, too. */
export type Receipt = { readonly id: string; readonly routing?: { readonly [unit: string]: number } };
export type Answer = Receipt & {
  readonly modelVersion: string | undefined;
  readonly outputs: { readonly [Name in OutputName]: Output<Name> };
};
export type Metadata = {
  readonly name: string;
  readonly versions?: readonly string[];
  readonly platform: string;
  readonly inputs: readonly TensorMetadata[];
  readonly outputs: readonly TensorMetadata[];
};
type TensorMetadata = { readonly name: string; readonly datatype: string; readonly shape: readonly number[] };

export type ClientOptions = CallOptions & {
  /** Where the model is served now. */
  readonly url?: string;
  readonly encoding?: Encoding;
  /** How often a prediction is sent again at most. Feedback never is: the server would count it twice. */
  readonly retries?: number;
  readonly headers?: { readonly [name: string]: string };
  /** A bearer token, or what gives the one of now; it is asked for each request. */
  readonly token?: string | (() => string | Promise<string>);
  /** In place of the global one: with a certificate to show, say. */
  readonly fetch?: Fetch;
};
/** `parameters` are the request's own; Seldon calls them tags. */
export type PredictOptions = CallOptions & { readonly encoding?: Encoding; readonly parameters?: RequestParameters };

/** Speaks to the model that this file was made from. */
export class ModelClient {
  readonly #options: ClientOptions;
  readonly #url: string;
  #same = false;

  constructor(options: ClientOptions = {}) {
    this.#options = options;
    this.#url = (options.url ?? contract.url).replace(/\/+$/, '');
    if (!/^https?:\/\//.test(this.#url) || !URL.canParse(this.#url))
      throw new ClientError('INVALID_INPUT', `"${this.#url}" is no URL of HTTP`);
  }

  /** @throws ClientError */
  async predict(inputs: Inputs, options: PredictOptions = {}): Promise<Answer> {
    const id = newId();
    const tensors = Object.entries(contract.inputs).map(([name, { datatype }]): Tensor => {
      const given: unknown = inputs[name as InputName];
      const parts = (Array.isArray(given) ? given : [given]) as Rows<InputName>[];
      if (!parts.every((each) => each instanceof Rows && each.input === name))
        throw new ClientError('INVALID_INPUT', `input "${name}" is wanted as row("${name}", …) or rows("${name}", …)`);
      return { name, datatype, ...join(parts) };
    });
    if (!this.#same) await this.#checkSignature(options);
    const { encoding = this.#options.encoding ?? 'binary', parameters } = options;
    const { headers, body } = encodeRequest(id, tensors, contract.outputs, { encoding, parameters });
    const path = `/v2/models/${encodeURIComponent(contract.model)}/infer`;
    const reply = await this.#send(path, { method: 'POST', headers, body, requestId: id }, options);
    if (reply.status !== 200) {
      if (reply.status < 500) this.#same = false; // perhaps it is another model by now
      throw refusal(this.#url + path, reply, id);
    }
    const { tensors: outputs, version, routing } = decodeAnswer(reply, id);
    const differs = differenceOf(contract.outputs, outputs);
    if (differs) throw new ClientError('SIGNATURE_CHANGED', `output ${differs}; make this client anew`, { status: 200, requestId: id });
    return {
      id,
      modelVersion: version,
      outputs: Object.fromEntries(outputs.map(({ name, shape, data }) => [name, { shape, data }])) as unknown as Answer['outputs'],
      ...(routing && { routing }),
    };
  }

  /** What the server says of its model now. @throws ClientError */
  async metadata(options: CallOptions = {}): Promise<Metadata> {
    const path = `/v2/models/${encodeURIComponent(contract.model)}`;
    const reply = await this.#send(path, { method: 'GET' }, options);
    if (reply.status !== 200) throw refusal(this.#url + path, reply);
    try {
      return JSON.parse(new TextDecoder().decode(reply.bytes)) as Metadata;
    } catch (cause) {
      throw new ClientError('BAD_ANSWER', `${this.#url}${path}: the metadata is no JSON`, { status: 200, cause });
    }
  }

  /** Whether it answers now. @throws ClientError where nobody can be asked */
  async ready(options: CallOptions = {}): Promise<boolean> {
    const path = `/v2/models/${encodeURIComponent(contract.model)}/ready`;
    const reply = await this.#send(path, { method: 'GET' }, options, 0);
    if (reply.status === 200 || reply.status === 503) return reply.status === 200;
    throw refusal(this.#url + path, reply);
  }

  // #region feedback
  /**
   * Says how good an answer was: 0 is bad and counts, 1 is good. Sent once: where the answer is lost, so may be the reward.
   * @throws ClientError
   */
  async feedback(answer: Receipt & Partial<Answer>, reward: number, options: CallOptions = {}): Promise<void> {
    const { id, routing = {}, outputs } = answer;
    if (!Number.isFinite(reward) || reward < 0) throw new ClientError('INVALID_INPUT', `a reward of ${reward}; it is a finite number ≥ 0`);
    const [first] = Object.values(outputs ?? {}) as { shape: readonly number[]; data: ArrayLike<unknown> }[];
    const numbers = typeof first?.data[0] === 'number'; // with them the server knows how many rows there were
    const data = first && numbers ? { data: { tensor: { shape: first.shape, values: Array.from(first.data) } } } : {};
    const body = JSON.stringify({ reward, response: { meta: { puid: id, routing }, ...data } });
    const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body, requestId: id } as const;
    const reply = await this.#send('/api/v1.0/feedback', request, options, 0);
    if (reply.status !== 200) throw refusal(`${this.#url}/api/v1.0/feedback`, reply, id);
  }
  // #endregion

  async #checkSignature(options: CallOptions): Promise<void> {
    const { inputs, outputs } = await this.metadata(options);
    const input = differenceOf(contract.inputs, inputs);
    const output = differenceOf(contract.outputs, outputs);
    const what = input ? `input ${input}` : `output ${output}`;
    if (input || output) throw new ClientError('SIGNATURE_CHANGED', `${this.#url}: ${what}; make this client anew`);
    this.#same = true;
  }

  async #send(
    path: string,
    request: Omit<Parameters<typeof exchange>[1], 'retries'>,
    options: CallOptions,
    retries = this.#options.retries ?? 3,
  ): Promise<Reply> {
    const { signal = this.#options.signal, timeoutMs = this.#options.timeoutMs } = options;
    const given = { ...(signal && { signal }), ...(timeoutMs !== undefined && { timeoutMs }) };
    const { headers, token, fetch } = this.#options;
    const authorization = token === undefined ? undefined : `Bearer ${typeof token === 'string' ? token : await token()}`;
    const all = { ...headers, ...(authorization && { authorization }), ...request.headers };
    return exchange(this.#url + path, { ...request, headers: all, retries, fetch }, given);
  }
}

/** The name of the column with the greatest value, a row. */
export function classesOf<Name extends OutputName>(answer: Answer, name: Name): ClassName<Name>[] {
  const { columns = [] } = contract.outputs[name] as { columns?: readonly string[] };
  const values = answer.outputs[name].data as unknown as ArrayLike<unknown>;
  return Array.from({ length: columns.length && values.length / columns.length }, (_, row) => {
    let best = 0;
    for (let at = 1; at < columns.length; at++)
      if (Number(values[row * columns.length + at]) > Number(values[row * columns.length + best])) best = at;
    return columns[best] as ClassName<Name>;
  });
}

/** Where tensors are not of the shapes that they are known by. */
function differenceOf(
  known: { readonly [name: string]: { readonly datatype: Datatype; readonly shape: readonly number[] } },
  found: readonly TensorMetadata[],
): string | undefined {
  for (const [name, { datatype, shape }] of Object.entries(known)) {
    const now = found.find((each) => each.name === name);
    if (!now) return `"${name}" is gone`;
    const fits = now.shape.length === shape.length && shape.every((size, axis) => size === -1 || size === now.shape[axis]);
    if (now.datatype !== datatype || !fits) return `"${name}" was ${datatype} [${shape}] and is ${now.datatype} [${now.shape}]`;
  }
  const more = found.find(({ name }) => !Object.hasOwn(known, name));
  return more && `"${more.name}" is new`;
}

/** As random as a UUID; crypto.randomUUID is not there on every page. */
function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
