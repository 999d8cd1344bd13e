import { pullPolicyOf } from '../kinds/core/image-name';
import { formatDuration } from '../lib/durations';
import { containerEvents } from './container-life';
import type { ContainerWorker } from './container-worker';

/** Sees to it that the image is on the node, as the pull policy wants it, and tells the machine how that went. */
export function pullImage(container: ContainerWorker): void {
  const { image, pod: { node: { images } } } = container;
  const policy = container.spec.imagePullPolicy ?? pullPolicyOf(image);
  const wrong = images.nameError(image);
  if (wrong !== undefined) {
    container.announce('Warning', 'InspectFailed', `Failed to apply default image tag "${image}": ${wrong}`);
    container.trouble = `Failed to apply default image tag "${image}": ${wrong}`;
    return container.send(containerEvents.badName);
  }
  const present = images.find(image);
  if (present && policy !== 'Always') {
    container.imageID = present.imageID;
    container.announce('Normal', 'Pulled', `Container image "${image}" already present on machine and can be accessed by the pod`);
    return container.send(containerEvents.pulled);
  }
  if (policy === 'Never') {
    container.trouble = `Container image "${image}" is not present with pull policy of Never`;
    container.announce('Warning', 'ErrImageNeverPull', container.trouble);
    return container.send(containerEvents.neverPulled);
  }
  fetchImage(container);
}

function fetchImage(container: ContainerWorker): void {
  const { image, pod, moment } = container;
  container.announce('Normal', 'Pulling', `Pulling image "${image}"`);
  pod.node.images.pull(image, (result, tookMs) => {
    if (container.moment !== moment || pod.dropped) return;   // it was stopped meanwhile
    if (result.found) {
      container.imageID = result.imageID;
      const took = formatDuration(Math.round(tookMs));
      container.announce('Normal', 'Pulled', `Successfully pulled image "${image}" in ${took} (${took} including waiting). Image size: ${result.sizeBytes} bytes.`);
      container.send(containerEvents.pulled);
    } else {
      container.trouble = result.error;
      container.announce('Warning', 'Failed', `Failed to pull image "${image}": ${result.error}`);
      container.send(containerEvents.pullFailed);
    }
    pod.wake();
  });
}
