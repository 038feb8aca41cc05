/** Who a server is in the graph of a deployment: the labels of its metrics, and the unit that it names in `meta.requestPath`. */
export type Identity = {
  readonly deploymentName: string;
  readonly predictorName: string;
  readonly predictorVersion: string;
  /** The unit of the graph. */
  readonly modelName: string;
  readonly modelImage: string;
  /** The image's tag. */
  readonly modelVersion: string;
};

/** The unit of a graph that a figure is about. */
export type UnitLabels = Omit<Identity, 'deploymentName' | 'predictorName' | 'predictorVersion'>;

/**
 * The identity that Seldon Core gives a container by its environment: `SELDON_DEPLOYMENT_ID`, `PREDICTOR_ID`, `PREDICTOR_LABELS` (JSON,
 * `.version`), `PREDICTIVE_UNIT_ID`, `PREDICTIVE_UNIT_IMAGE`. What is not set comes from `defaults`, else is empty.
 */
export function readIdentity(defaults: Partial<Identity> = {}, env: Readonly<Record<string, string | undefined>> = process.env): Identity {
  const image = env['PREDICTIVE_UNIT_IMAGE'] || defaults.modelImage || '';
  return {
    deploymentName: env['SELDON_DEPLOYMENT_ID'] || defaults.deploymentName || '',
    predictorName: env['PREDICTOR_ID'] || defaults.predictorName || '',
    predictorVersion: labelledVersion(env['PREDICTOR_LABELS']) ?? defaults.predictorVersion ?? '',
    modelName: env['PREDICTIVE_UNIT_ID'] || defaults.modelName || '',
    modelImage: image,
    modelVersion: defaults.modelVersion ?? imageTag(image),
  };
}

/** How the server's unit is labelled in metrics: its image apart from the tag, as Seldon's executor and wrapper have it. */
export function unitLabels({ modelName, modelImage, modelVersion }: Identity): UnitLabels {
  const [image = ''] = modelImage.split('@');
  const tag = imageTag(image);
  return { modelName, modelImage: tag ? image.slice(0, -tag.length - 1) : image, modelVersion };
}

/** The labels that say whose a figure is, as Seldon names them. */
export function predictorLabels({ deploymentName, predictorName, predictorVersion }: Identity) {
  return { deployment_name: deploymentName, predictor_name: predictorName, predictor_version: predictorVersion };
}

/** The tag of `registry:5000/name:tag@digest`; empty where there is none. */
export function imageTag(image: string): string {
  const [path = ''] = image.split('@');
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name.includes(':') ? name.slice(name.indexOf(':') + 1) : '';
}

function labelledVersion(labels: string | undefined): string | undefined {
  if (!labels) return undefined;
  try {
    const { version } = JSON.parse(labels) as { version?: unknown };
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined; // labels only adorn metrics: a server must not fail to start for them
  }
}
