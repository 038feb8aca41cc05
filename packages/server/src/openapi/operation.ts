/** What one or more paths answer, in the words of OpenAPI 3.1. */
export type Operation = {
  /** Alike in all they do; `{name}` is a part that the client fills in. */
  readonly paths: readonly string[];
  readonly methods: readonly ('get' | 'post')[];
  readonly summary: string;
  /** Names of schemas. What has one is work that is admitted, with a deadline; GET has it in the query, as the JSON of `json=`. */
  readonly body?: { readonly [mediaType: string]: string };
  /** Of POST, the name of the schema of JSON that may be left out, and is not admitted. */
  readonly option?: string;
  /** A schema's name, or text. */
  readonly answer: string | { readonly text: string };
  /** Tensors of its body and its answer may be bytes that follow their JSON. */
  readonly binary?: boolean;
  /** When it is answered with 501: not every model can do it. */
  readonly unimplemented?: string;
};

/** The operations of one protocol, and the schema of its errors. */
export type Part = {
  readonly tag: string;
  readonly description: string;
  readonly error: string;
  readonly operations: readonly Operation[];
};

type Json = Readonly<Record<string, unknown>>;

export const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });
const content = (schemas: Readonly<Record<string, Json>>): Json => ({
  content: Object.fromEntries(Object.entries(schemas).map(([type, schema]) => [type, { schema }])),
});

/** What an operation asks for. */
type SecurityOf = (method: string, path: string) => readonly Json[];

/** The `paths` of an OpenAPI document. `model` is the name of what is served. */
export function pathsOf(parts: readonly Part[], model: string, securityOf: SecurityOf): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const part of parts) {
    for (const operation of part.operations) {
      for (const path of operation.paths) {
        for (const method of operation.methods)
          (paths[path] ??= {})[method] = {
            ...describe(part, operation, path, method, model),
            security: securityOf(method, path),
          };
      }
    }
  }
  return paths;
}

const timeout: Json = {
  name: 'X-Request-Timeout',
  in: 'header',
  description: 'How long the client waits for the answer, in seconds.',
  schema: { type: 'number', exclusiveMinimum: 0 },
};

/** Answers to what has not come so far that its path is known, of all operations. */
export const responses = {
  NotInTime: { description: 'The request did not arrive whole in time.', ...content({ 'text/plain': { type: 'string' } }) },
  HeadersTooLarge: {
    description: 'The headers and the address are larger than the server takes.',
    ...content({ 'text/plain': { type: 'string' } }),
  },
};

/** How many bytes are JSON, where tensors follow them as bytes. */
const headLength = {
  description: 'How many bytes are JSON; the bytes of tensors follow. 0 in a request: all are those of its only tensor.',
  schema: { type: 'integer', minimum: 0 },
};

function describe({ tag, error }: Part, operation: Operation, path: string, method: string, model: string): Json {
  const { summary, answer, binary, unimplemented } = operation;
  const parameters = parametersOf(operation, path, method, model);
  const body = method === 'post' ? bodyOf(operation) : undefined;
  const refused = content({ 'application/json': ref(error) });
  return {
    operationId: `${method}${path.replace('/:', '/as:').replace(/\W+(\w?)/g, (_, letter: string) => letter.toUpperCase())}`,
    tags: [tag],
    summary,
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: body }),
    responses: {
      200: { description: 'The answer.', ...answerOf(answer, binary) },
      408: { $ref: '#/components/responses/NotInTime' },
      431: { $ref: '#/components/responses/HeadersTooLarge' },
      '4XX': { description: 'Refused, for the reason that it states.', ...refused },
      ...(unimplemented !== undefined && { 501: { description: unimplemented, ...refused } }),
      '5XX': {
        description: 'Not answered, for the reason that it states.',
        ...(typeof answer === 'string' ? refused : notAnswered(error)),
      },
    },
  };
}

function parametersOf({ body, binary }: Operation, path: string, method: string, model: string): Json[] {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
  const inPath = names.map((name) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', minLength: 1 },
    ...(name === 'model' && { example: model }),
  }));
  const message = body?.['application/json'];
  return [
    ...inPath,
    ...(message !== undefined && method === 'get'
      ? [{ name: 'json', in: 'query', required: true, ...content({ 'application/json': ref(message) }) }]
      : []),
    ...(body ? [timeout] : []),
    ...(binary ? [{ name: 'Inference-Header-Content-Length', in: 'header', ...headLength }] : []),
  ];
}

function bodyOf({ body, option }: Operation): Json | undefined {
  if (body) return { required: true, ...content(Object.fromEntries(Object.entries(body).map(([type, name]) => [type, ref(name)]))) };
  return option === undefined ? undefined : { required: false, ...content({ 'application/json': ref(option) }) };
}

function answerOf(answer: Operation['answer'], binary = false): Json {
  if (typeof answer !== 'string') return content({ 'text/plain': { type: 'string', examples: [answer.text] } });
  const json = { 'application/json': ref(answer) };
  if (!binary) return content(json);
  return { headers: { 'Inference-Header-Content-Length': headLength }, ...content({ ...json, 'application/octet-stream': ref('Bytes') }) };
}

/** What answers by text says by text as well that it is not ready. */
const notAnswered = (error: string): Json => content({ 'text/plain': { type: 'string' }, 'application/json': ref(error) });
