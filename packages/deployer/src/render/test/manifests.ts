/** Manifests as they were written in 2018 (v1alpha1: one componentSpec, volumes with a volumeSource), one named after what it does. */
type Unit = Readonly<Record<string, unknown>>;

const mount = [{ mountPath: '/data', name: 'persistent-storage' }];
const tensorflow = { name: 'tf-model', image: 'seldonio/deepmnistclassifier_runtime:0.1', volumeMounts: mount };
const forest = { name: 'sk-model', image: 'seldonio/skmnistclassifier_runtime:0.1', volumeMounts: mount };
const chooser = { name: 'eg-router', image: 'seldonio/mab_epsilon_greedy:1.1' };
const model = (name: string): Unit => ({ name, type: 'MODEL', endpoint: { type: 'REST' }, children: [] });

function manifest(containers: readonly Unit[], graph: Unit, pod: Unit = {}): string {
  const volumes = [{ name: 'persistent-storage', volumeSource: { persistentVolumeClaim: { claimName: 'ml-data' } } }];
  return JSON.stringify({
    apiVersion: 'machinelearning.seldon.io/v1alpha1',
    kind: 'SeldonDeployment',
    metadata: { name: 'mnist-classifier', labels: { app: 'seldon' } },
    spec: {
      name: 'mnist-classifier',
      annotations: { project_name: 'kubeflow-seldon', deployment_version: 'v1' },
      predictors: [
        {
          name: 'mnist-classifier',
          replicas: 1,
          annotations: { predictor_version: 'v1' },
          componentSpec: { spec: { containers, volumes, ...pod } },
          graph,
        },
      ],
    },
  });
}

export const single = manifest([{ ...tensorflow, imagePullPolicy: 'Always' }], model('tf-model'), { terminationGracePeriodSeconds: 1 });

export const abTest = manifest([tensorflow, forest], {
  name: 'random-ab-test',
  implementation: 'RANDOM_ABTEST',
  parameters: [{ name: 'ratioA', value: '0.5', type: 'FLOAT' }],
  children: [model('tf-model'), model('sk-model')],
});

export const bandit = manifest([tensorflow, forest, chooser], {
  name: 'eg-router',
  type: 'ROUTER',
  parameters: [
    { name: 'n_branches', value: '2', type: 'INT' },
    { name: 'epsilon', value: '0.1', type: 'FLOAT' },
    { name: 'verbose', value: '1', type: 'BOOL' },
  ],
  children: [model('sk-model'), model('tf-model')],
});

/** Of today: two predictors that share the requests and one that only watches, with images of others and all that a pod may say. */
export const canary = `
apiVersion: machinelearning.seldon.io/v1
kind: SeldonDeployment
metadata:
  name: digits
  namespace: post
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: '{"kind":"SeldonDeployment"}'
    argocd.argoproj.io/tracking-id: shop:machinelearning.seldon.io/SeldonDeployment:post/digits
    team: vision
spec:
  predictors:
    - name: main
      replicas: 3
      traffic: 90
      annotations: { version: v7 }
      labels: { tier: gold }
      progressDeadlineSeconds: 120
      svcOrchSpec:
        env: [{ name: SWITCHYARD_LOG_LEVEL, value: debug }, { name: ENGINE_SERVER_PORT, value: "1" }]
        resources: { requests: { cpu: "1" } }
      componentSpecs:
        - metadata: { labels: { colour: blue }, annotations: { example.com/owner: vision } }
          spec:
            nodeSelector: { disk: ssd }
            tolerations: [{ key: gpu, operator: Exists }]
            serviceAccountName: reader
            imagePullSecrets: [{ name: acme }]
            terminationGracePeriodSeconds: 120
            initContainers: [{ name: fetch, image: "acme/fetch:1", command: [/fetch] }]
            containers:
              - name: clean
                image: acme/clean:2
                args: [--fast]
                env:
                  - { name: TOKEN, valueFrom: { secretKeyRef: { name: token, key: value } } }
                  - { name: PREDICTIVE_UNIT_ID, value: impostor }
                envFrom: [{ configMapRef: { name: clean } }]
                ports: [{ name: http, containerPort: 9100 }]
                readinessProbe: { httpGet: { path: /up, port: 9100 } }
                resources: { limits: { nvidia.com/gpu: 1 } }
                securityContext: { runAsUser: 8888 }
              - name: log-shipper
                image: acme/log-shipper:1
        - spec:
            containers:
              - name: reader
                image: ghcr.io/acme/switchyard/tf-runtime:1.2
                env:
                  - { name: SWITCHYARD_MODEL, value: digits-v1 }
                volumeMounts: [{ name: models, mountPath: /models }]
            volumes: [{ name: models, persistentVolumeClaim: { claimName: models } }]
      graph:
        name: clean
        type: TRANSFORMER
        endpoint: { type: GRPC }
        parameters: [{ name: price, value: "$(USD)", type: STRING }]
        children: [{ name: reader, type: MODEL }]
    - name: canary
      traffic: 10
      componentSpecs:
        - spec:
            containers: [{ name: reader, image: "switchyard/rf-runtime:0.2.0" }]
      graph: { name: reader, type: MODEL, parameters: [{ name: model, value: digits-v2, type: STRING }] }
    - name: mirror
      shadow: true
      traffic: 25
      componentSpecs:
        - spec:
            containers: [{ name: reader, image: switchyard/rf-runtime }]
      graph: { name: reader, type: MODEL, parameters: [{ name: model, value: digits-v3, type: STRING }] }
`;
