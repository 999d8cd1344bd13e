/** Definition name to its text and those of its fields, read from the package k8s-descriptions. */
export function extractDescriptions(): Record<string, { readonly text?: string; readonly fields: Record<string, string> }>;
