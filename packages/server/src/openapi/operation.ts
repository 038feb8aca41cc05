/** What one or more paths answer, in the words of OpenAPI 3.1. */
export type Operation = {
  /** Alike in all they do; `{name}` is a part that the client fills in. */
  readonly paths: readonly string[];
  readonly methods: readonly ('get' | 'post')[];
  readonly summary: string;
  /** Names of schemas. What has one is work that is admitted, with a deadline. */
  readonly body?: { readonly [mediaType: string]: string };
  /** A schema's name, or text. */
  readonly answer: string | { readonly text: string };
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
const content = (type: string, schema: Json): Json => ({ content: { [type]: { schema } } });

/** What an operation asks for. */
type SecurityOf = (method: string, path: string) => readonly Json[];

/** The `paths` of an OpenAPI document. */
export function pathsOf(parts: readonly Part[], securityOf: SecurityOf): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const part of parts) {
    for (const operation of part.operations) {
      for (const path of operation.paths) {
        for (const method of operation.methods)
          (paths[path] ??= {})[method] = {
            ...describe(part, operation, path, method),
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

function describe({ tag, error }: Part, { summary, body, answer }: Operation, path: string, method: string): Json {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
  const inPath = names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
  const parameters = body ? [...inPath, timeout] : inPath;
  const ok =
    typeof answer === 'string'
      ? content('application/json', ref(answer))
      : content('text/plain', { type: 'string', examples: [answer.text] });
  return {
    operationId: `${method}${path.replace('/:', '/as:').replace(/\W+(\w?)/g, (_, letter: string) => letter.toUpperCase())}`,
    tags: [tag],
    summary,
    ...(parameters.length > 0 && { parameters }),
    ...(body && method === 'post' && { requestBody: { required: true, content: bodyOf(body) } }),
    responses: {
      200: { description: 'The answer.', ...ok },
      '4XX': { description: 'Refused, for the reason that it states.', ...content('application/json', ref(error)) },
      '5XX': { description: 'Not answered, for the reason that it states.', ...content('application/json', ref(error)) },
    },
  };
}

function bodyOf(body: { readonly [mediaType: string]: string }): Json {
  return Object.fromEntries(Object.entries(body).map(([type, name]) => [type, { schema: ref(name) }]));
}
