import { isJsonObject, type Json, type RecordedRequest } from './recording';

const carriedKeys: ReadonlySet<string> = new Set(['resourceVersion', 'continue', 'token', 'uid']);

/** Values of earlier answers that later requests carry: what the recorded server gave, and what ours gave in its place. */
export class CarriedValues {
  readonly #ours = new Map<string, string>();
  #token: string | undefined;

  /** Takes note of what two answers to the same request call differently. */
  note(theirs: Json | undefined, ours: Json | undefined): void {
    if (Array.isArray(theirs) && Array.isArray(ours)) theirs.forEach((each: Json, index) => this.note(each, ours[index] as Json | undefined)); // as JSON has it
    if (!isJsonObject(theirs) || !isJsonObject(ours)) return;
    for (const [key, value] of Object.entries(theirs)) {
      const own = ours[key];
      if (typeof value !== 'string' || typeof own !== 'string') this.note(value, own);
      else if (carriedKeys.has(key)) this.#ours.set(value, own);
      if (key === 'token' && typeof own === 'string' && 'expirationTimestamp' in ours) this.#token = own;
    }
  }

  /** The bearer token our own run was given last. */
  get token(): string | undefined { return this.#token; }

  /** The request as our own server is to be asked. */
  request(request: RecordedRequest): RecordedRequest {
    const { query, body } = request;
    return { ...request, ...(query !== undefined && { query: this.#query(query) }), ...(body !== undefined && { body: this.#body(body) }) };
  }

  #query(query: string): string {
    return query.replace(/(resourceVersion|continue)=([^&]+)/g, (whole, name: string, value: string) => {
      const own = this.#ours.get(decodeURIComponent(value));
      return own === undefined ? whole : `${name}=${encodeURIComponent(own)}`;
    });
  }

  #body(body: Json): Json {
    if (typeof body === 'string') return this.#ours.get(body) ?? body;
    if (Array.isArray(body)) return body.map((each: Json) => this.#body(each));
    if (!isJsonObject(body)) return body;
    return Object.fromEntries(Object.entries(body).map(([key, value]) => [key, carriedKeys.has(key) || typeof value !== 'string' ? this.#body(value) : value]));
  }
}
