/** Kubernetes' own texts for kinds and fields, read at build time. Large: only ever imported when asked for. */
declare module 'virtual:kubernetes-descriptions' {
  const descriptions: import('../src/schema/explain').Descriptions;
  export default descriptions;
}
