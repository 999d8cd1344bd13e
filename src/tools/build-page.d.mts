/** Where the built page is. */
export const pageFolder: string;
/** Builds the page unless it is newer than every source; returns its folder. */
export function buildPage(): Promise<string>;
