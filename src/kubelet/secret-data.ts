const utf8 = new TextDecoder();

/** The text inside a Secret's data. */
export const decodeBase64 = (encoded: string): string => utf8.decode(Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0)));
