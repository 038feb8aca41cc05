import { datatypes } from '@switchyard/protocol';
import { ref } from './operation.ts';

const string = { type: 'string' };
const integer = { type: 'integer' };
const number = { type: 'number' };
const list = (items: object = {}) => ({ type: 'array', items });
const mapOf = (additionalProperties: object | true = true) => ({ type: 'object', additionalProperties });
const object = (properties: Readonly<Record<string, object>>, required: readonly string[] = []) => ({
  type: 'object',
  properties,
  ...(required.length > 0 && { required }),
});

const filled = { type: 'array', minItems: 1 };

/** An object of just one of some properties, where null is as good as none, and of whichever others. */
const eitherOf = (description: string, either: Readonly<Record<string, object>>, others: Readonly<Record<string, object>>) => ({
  description,
  type: 'object',
  properties: others,
  anyOf: Object.entries(either).map(([name, schema]) => ({
    required: [name],
    properties: { ...Object.fromEntries(Object.keys(either).map((each) => [each, { type: 'null' }])), [name]: schema },
  })),
});

const shape = list(integer);
const parameters = mapOf({ type: ['string', 'number', 'boolean'] });
const tensor = { name: string, shape, datatype: { type: 'string', enum: datatypes }, parameters, data: list() };
const spec = list(object({ name: string, datatype: string, shape }));
const duration = object({ count: integer, ns: integer });

const seldon = {
  SeldonMessage: {
    description: 'One of data, strData, binData (base64) and jsonData.',
    ...object({
      status: ref('SeldonStatus'),
      meta: ref('Meta'),
      data: ref('Data'),
      strData: string,
      binData: string,
      jsonData: {},
      customData: {},
    }),
  },
  Data: {
    description: 'One of tensor, ndarray and tftensor. The answer has the form of its request.',
    ...object({ names: list(string), tensor: object({ shape, values: list(number) }), ndarray: list(), tftensor: mapOf() }),
  },
  Meta: object({ puid: string, tags: mapOf(), routing: mapOf(integer), requestPath: mapOf(string), metrics: list(mapOf()) }),
  SeldonStatus: object({ code: integer, info: string, reason: string, status: { type: ['string', 'integer'] } }),
  SeldonError: object({ status: ref('SeldonStatus') }, ['status']),
  SeldonForm: { description: 'The message as JSON in one field.', ...object({ json: string }, ['json']) },
  SeldonParts: { description: 'A field for each member of the message: strData is text, binData a file, others JSON.', ...mapOf() },
  Feedback: object({
    request: ref('SeldonMessage'),
    response: ref('SeldonMessage'),
    reward: { type: 'number', minimum: 0 },
    truth: ref('SeldonMessage'),
  }),
  Metadata: mapOf(),
};

const oip = {
  ServerMetadata: object({ name: string, version: string, extensions: list(string) }, ['name', 'version']),
  Health: object({ live: { type: 'boolean' }, ready: { type: 'boolean' }, error: string }),
  ModelMetadata: object({ name: string, versions: list(string), platform: string, inputs: spec, outputs: spec }, ['name']),
  ModelReady: object({ name: string, ready: { type: 'boolean' }, model_version_status: list(mapOf()) }, ['name', 'ready']),
  InferRequest: object(
    {
      id: string,
      parameters,
      inputs: list(object(tensor, ['name', 'shape', 'datatype'])),
      outputs: list(object({ name: string, parameters }, ['name'])),
    },
    ['inputs'],
  ),
  InferResponse: object(
    { model_name: string, model_version: string, id: string, parameters, outputs: list(object(tensor, ['name', 'shape', 'datatype'])) },
    ['model_name', 'outputs'],
  ),
  Statistics: object({
    model_stats: list(
      object({
        name: string,
        version: string,
        last_inference: integer,
        inference_count: integer,
        execution_count: integer,
        inference_stats: mapOf(duration),
        batch_stats: list(),
      }),
    ),
  }),
  Bytes: { type: 'string', contentMediaType: 'application/octet-stream' },
};

const repositories = {
  LoadRequest: object({ parameters: { ...object({ version: { type: ['string', 'integer', 'null'] } }), type: ['object', 'null'] } }),
  RepositoryIndex: list(object({ name: string, version: string, state: string, reason: string }, ['name', 'state'])),
};

const rows = {
  Alive: object({ status: string }, ['status']),
  Models: object({ models: list(string) }, ['models']),
  SignatureMetadata: object({ model_spec: mapOf(), metadata: mapOf() }),
  V1Request: eitherOf(
    'Either instances, a list of rows, or inputs.',
    { instances: filled, inputs: { type: ['array', 'object'] } },
    { signature_name: { type: ['string', 'null'], enum: ['', 'serving_default', 'predict', null] } },
  ),
  V1Response: { description: 'predictions for instances, outputs for inputs.', ...object({ predictions: list(), outputs: {} }) },
  V1Explanations: object({ explanations: list(object({ class: string, bias: number, values: list(number) })) }, ['explanations']),
  Invocation: eitherOf(
    'One of dataframe_split, dataframe_records, instances and inputs.',
    {
      dataframe_split: object(
        { columns: { ...list({ type: ['string', 'number'] }), type: ['array', 'null'] }, index: {}, data: list(list()) },
        ['data'],
      ),
      dataframe_records: filled,
      instances: filled,
      inputs: { type: ['array', 'object'] },
    },
    { params: { type: ['object', 'null'], additionalProperties: true } },
  ),
  Csv: { description: 'A table whose first line names its columns.', ...string },
  Predictions: object({ predictions: list() }, ['predictions']),
  MlflowError: object({ error_code: string, message: string }, ['error_code', 'message']),
};

/** All that the operations of a document name, and nothing else. */
export const schemasOf = (repository: boolean) => ({
  ...seldon,
  ...oip,
  ...(repository && repositories),
  ...rows,
  Error: object({ error: string }, ['error']),
  Empty: { description: 'Nothing but an empty object.', type: 'object' },
  Document: mapOf(),
});
