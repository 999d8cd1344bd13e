/**
 * Kinds that a controller or another component acts on upstream, and that nothing acts on here yet. Objects of them are stored, listed
 * and validated; kubectl and the page say that nothing more happens. An entry goes when its controller comes.
 */
export const awaitingController: ReadonlySet<string> = new Set([
  'ingresses.networking.k8s.io', 'networkpolicies.networking.k8s.io',
  'volumeattachments.storage.k8s.io',
  'resourceclaims.resource.k8s.io', 'storageversionmigrations.storagemigration.k8s.io',
]);
