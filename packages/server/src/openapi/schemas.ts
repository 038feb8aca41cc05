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
  RepositoryIndex: list(object({ name: string, version: string, state: string, reason: string }, ['name', 'state'])),
  Bytes: { type: 'string', contentMediaType: 'application/octet-stream' },
};

const rows = {
  Alive: object({ status: string }, ['status']),
  Models: object({ models: list(string) }, ['models']),
  SignatureMetadata: object({ model_spec: mapOf(), metadata: mapOf() }),
  V1Request: {
    description: 'Either instances, a list of rows, or inputs.',
    ...object({ signature_name: string, instances: list(), inputs: {} }),
  },
  V1Response: { description: 'predictions for instances, outputs for inputs.', ...object({ predictions: list(), outputs: {} }) },
  V1Explanations: object({ explanations: list(object({ class: string, bias: number, values: list(number) })) }, ['explanations']),
  Invocation: {
    description: 'One of dataframe_split, dataframe_records, instances and inputs.',
    ...object({
      dataframe_split: object({ columns: list(), index: list(), data: list(list()) }, ['data']),
      dataframe_records: list(mapOf()),
      instances: list(),
      inputs: {},
      params: mapOf(),
    }),
  },
  Csv: { description: 'A table whose first line names its columns.', ...string },
  Predictions: object({ predictions: list() }, ['predictions']),
  MlflowError: object({ error_code: string, message: string }, ['error_code', 'message']),
};

export const schemas = {
  ...seldon,
  ...oip,
  ...rows,
  Error: object({ error: string }, ['error']),
  Empty: { description: 'Nothing but an empty object.', type: 'object' },
  Document: mapOf(),
};
