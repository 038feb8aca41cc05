import { planDeployment, readDeployment } from '../plan.ts';
import { drawGraph } from '../show/graph.ts';
import { style, type Terminal } from '../show/terminal.ts';
import { wrap } from '../show/wrap.ts';

/** Checks manifests, and says what each would run here. @throws DeploymentError, with every problem and its path */
export function validate(files: readonly string[], terminal: Terminal): void {
  for (const file of files) {
    const deployment = readDeployment(file);
    terminal.line(`${style('green', '✔')} ${file}: ${deployment.name}, ${deployment.apiVersion}`);
    for (const warning of deployment.warnings) terminal.line(`  ${style('yellow', 'note')} ${warning}`);
    const predictors = deployment.predictors.map((each) => {
      const { reasons } = planDeployment(deployment, each.name);
      terminal.line(`  predictor ${each.name}`);
      terminal.line(drawGraph(each.graph).replace(/^/gm, '    '));
      for (const reason of reasons) terminal.line(wrap(`  ${reason}`));
      return { name: each.name, graph: each.graph, reasons };
    });
    terminal.event('valid', { file, name: deployment.name, apiVersion: deployment.apiVersion, warnings: deployment.warnings, predictors });
  }
}
