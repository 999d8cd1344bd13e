/** The Kubernetes release that is emulated, by server and client alike. */
export const kubernetesVersion = 'v1.36.2';
/** As `/version` tells it, without what only a build knows. */
export const versionInfo = { gitVersion: kubernetesVersion, major: '1', minor: '36', platform: 'linux/amd64' };
