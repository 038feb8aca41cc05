type Fields = Readonly<Record<string, unknown>>;

const get = (path: string, port: number): Fields => ({ httpGet: { path, port } });

/** The router answers /ready when all units below it are ready, and so decides for the pod. */
export function routerProbes(port: number): Fields {
  return {
    startupProbe: { ...get('/live', port), periodSeconds: 1, failureThreshold: 60 },
    livenessProbe: { ...get('/live', port), periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
    readinessProbe: { ...get('/ready', port), periodSeconds: 3, timeoutSeconds: 5, failureThreshold: 2 },
  };
}

/** Our runtimes listen at once and are ready when their model is loaded; one without a model says why, and is not restarted for it. */
export function runtimeProbes(port: number): Fields {
  return {
    startupProbe: { ...get('/live', port), periodSeconds: 1, failureThreshold: 120 },
    livenessProbe: { ...get('/live', port), periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
    readinessProbe: { ...get('/health/status', port), periodSeconds: 3, timeoutSeconds: 5, failureThreshold: 2 },
  };
}

/** Of an image of others nothing is known but that it listens, as Seldon tries it. */
export function foreignProbes(port: number): Fields {
  const listens = { tcpSocket: { port }, periodSeconds: 5 };
  return {
    startupProbe: { ...listens, failureThreshold: 60 }, // 5 minutes to load a model before it counts as dead
    livenessProbe: { ...listens, failureThreshold: 3 },
    readinessProbe: { ...listens, failureThreshold: 3 },
  };
}
