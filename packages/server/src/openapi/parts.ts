import { extensions } from '../oip-extensions.ts';
import type { Operation, Part } from './operation.ts';

const json = (name: string) => ({ 'application/json': name });
const both = ['/api/v0.1', '/api/v1.0'];
const each = (rest: string): string[] => both.map((version) => `${version}${rest}`);
const ofModel = (base: string, rest = ''): string[] => [`${base}/{model}${rest}`, `${base}/{model}/versions/{version}${rest}`];
const get = (paths: readonly string[], summary: string, answer: Operation['answer']): Operation => ({
  paths,
  methods: ['get'],
  summary,
  answer,
});
const post = (paths: readonly string[], summary: string, body: Operation['body'], answer: string): Operation => ({
  paths,
  methods: ['post'],
  summary,
  ...(body && { body }),
  answer,
});

const message = { ...json('SeldonMessage'), 'application/x-www-form-urlencoded': 'SeldonForm', 'multipart/form-data': 'SeldonParts' };
const feedback = { ...json('Feedback'), 'application/x-www-form-urlencoded': 'SeldonForm' };

/** Seldon's API. A model answers what a unit of a graph does, too, and GET with the message in the query as `json=`. */
export function seldonPart(kind: 'model' | 'router'): Part {
  const methods: Operation['methods'] = kind === 'model' ? ['get', 'post'] : ['post'];
  const internal = (path: string): string[] => (kind === 'model' ? [path] : []);
  return {
    tag: 'Seldon',
    description: 'The protocol of Seldon Core v1.',
    error: 'SeldonError',
    operations: [
      { ...post([...each('/predictions'), ...internal('/predict')], 'Predicts.', message, 'SeldonMessage'), methods },
      {
        ...post([...each('/feedback'), ...internal('/send-feedback')], 'Rewards an answer that was given before.', feedback, 'Empty'),
        methods,
      },
      get([...each('/metadata'), '/metadata'], 'What is served: a model, or the graph of a router.', 'Metadata'),
      get(each('/metadata/{unit}'), 'What a unit of the graph is.', 'Metadata'),
      get([...each('/status'), ...each('/health/status'), '/health/status'], 'Whether all is ready.', 'SeldonMessage'),
      get(each('/status/{unit}'), 'Whether a unit of the graph is ready.', 'SeldonMessage'),
    ],
  };
}

const infer = { ...json('InferRequest'), 'application/octet-stream': 'Bytes' };

const repositoryOperations: readonly Operation[] = [
  post(['/v2/repository/index'], 'Which models there are.', undefined, 'RepositoryIndex'),
  {
    ...post(['/v2/repository/models/{model}/load'], 'Loads a version, or the one to be served now.', undefined, 'Empty'),
    option: 'LoadRequest',
  },
  post(['/v2/repository/models/{model}/unload'], 'Unloads the model.', undefined, 'Empty'),
];

/** The Open Inference Protocol; a server that serves what it is given has no repository. */
export const oipPart = (repository: boolean): Part => ({
  tag: 'V2',
  description: `The Open Inference Protocol, with the extensions ${extensions(repository).join(', ')}.`,
  error: 'Error',
  operations: [
    get(['/v2'], 'What the server is.', 'ServerMetadata'),
    get(['/v2/health/live'], 'Whether the server lives.', 'Health'),
    get(['/v2/health/ready'], 'Whether the server is ready.', 'Health'),
    get(ofModel('/v2/models'), 'What a model takes and gives.', 'ModelMetadata'),
    get(ofModel('/v2/models', '/ready'), 'Whether a model is ready.', 'ModelReady'),
    get([...ofModel('/v2/models', '/stats'), '/v2/models/stats'], 'How many requests a model got, and how long they took.', 'Statistics'),
    {
      ...post(
        [...ofModel('/v2/models', '/infer'), '/v2/models/infer'],
        'Infers. Tensors may follow the JSON as bytes; then the header Inference-Header-Content-Length says how long the JSON is.',
        infer,
        'InferResponse',
      ),
      binary: true,
    },
    ...(repository ? repositoryOperations : []),
  ],
});

const verb = (name: string): string[] => [...ofModel('/v1/models', `:${name}`), `/v1/models:${name}`, `/v1/models/{model}/:${name}`];

export const kservePart: Part = {
  tag: 'V1',
  description: "KServe's V1 protocol, which is TensorFlow Serving's.",
  error: 'Error',
  operations: [
    get(['/'], 'Whether the server lives.', 'Alive'),
    get(['/v1/models'], 'Which models there are.', 'Models'),
    get(ofModel('/v1/models'), 'Whether a model is ready.', 'ModelReady'),
    get(ofModel('/v1/models', '/metadata'), 'What a model takes and gives.', 'SignatureMetadata'),
    post(verb('predict'), 'Predicts rows, or whole inputs.', json('V1Request'), 'V1Response'),
    {
      ...post(verb('explain'), 'Says what each column added to the answer, where the model can.', json('V1Request'), 'V1Explanations'),
      unimplemented: 'The model does not explain its answers.',
    },
  ],
};

export const mlflowPart: Part = {
  tag: 'MLflow',
  description: "MLflow's scoring server.",
  error: 'MlflowError',
  operations: [
    post(['/invocations'], 'Predicts a data frame, rows, or tensors.', { ...json('Invocation'), 'text/csv': 'Csv' }, 'Predictions'),
    get(['/health'], 'Whether the model is ready.', { text: 'ready' }),
    get(['/version'], 'The version of the server.', { text: '0.1.0' }),
  ],
};

export const operatorPart: Part = {
  tag: 'Operation',
  description: 'What operators, kubelets and Prometheus ask.',
  error: 'SeldonError',
  operations: [
    get(['/ping', '/health/ping'], 'Answers.', { text: 'pong' }),
    get(['/live'], 'Whether the server lives.', { text: 'live' }),
    get(['/ready'], 'Whether the server is ready.', { text: 'ready' }),
    { ...get(['/pause'], 'Says not ready from now on, and still answers.', { text: 'paused' }), methods: ['get', 'post'] },
    { ...get(['/unpause'], 'Ends a pause.', { text: 'unpaused' }), methods: ['get', 'post'] },
    get(['/metrics', '/prometheus'], 'Metrics for Prometheus.', { text: '# HELP …' }),
    get(['/openapi.json', '/seldon.json', ...each('/doc'), '/v2/docs', '/v2/docs/dataplane.json'], 'This document.', 'Document'),
  ],
};
