import { at } from '../values';
export const relaxed = (path: string): string => path.replace(/^\{|\}$/g, '');
export const valuesAt = (path: string, value: unknown): readonly unknown[] => { const found = at(value, ...path.split('.').filter(Boolean)); return found === undefined ? [] : [found]; };
export const jsonPathPrinter = (template: string, _json: boolean) => (value: unknown): string => valuesAt(relaxed(template), value).join(' ');
