/** Data files: read as unknown and given a type by the one module that loads them. */
declare module '*.json' {
  const value: unknown;
  export default value;
}
