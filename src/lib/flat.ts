/**
 * The same text in one piece. Texts that were put together stay a tree of their parts until somebody looks into them: one that is kept, or used as a key,
 * is smaller and faster without.
 */
export const flat = (text: string): string => (text.charCodeAt(0) === 0 ? text.slice(0) : text);   // what comes of the look must matter, or it is not taken
