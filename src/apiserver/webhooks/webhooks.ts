import { Observable } from 'rxjs';
import type { Payload, Reply } from '../../net/types';
import { handlerBehind, nobodyAnswers, type Reach } from '../service-endpoints';
import type { Storage } from '../storage';
import type { WebhookAnswer, WebhookCaller, WebhookClientConfig } from './caller';

/** A webhook outside the cluster, as a function: takes the review, gives the review with its response; `delayMs` is how long that takes. */
export type WebhookFunction = (review: unknown) => WebhookReply;
export type WebhookReply = { readonly body: unknown; readonly status?: number; readonly delayMs?: number };

type Answered = { readonly status: number; readonly text: string; readonly delayMs: number };

/** Calls webhooks: behind Services, through the pod network, and at URLs that were registered. All answer at one instant; what takes time says how long. */
export class Webhooks {
  readonly #functions = new Map<string, WebhookFunction>();
  constructor(private readonly storage: Storage, private readonly reach: Reach = nobodyAnswers) {}

  /** Lets a function answer at a URL. Gives back how to take it away again. */
  register(url: string, answer: WebhookFunction): () => void {
    this.#functions.set(url, answer);
    return () => { if (this.#functions.get(url) === answer) this.#functions.delete(url); };
  }

  readonly call: WebhookCaller = (clientConfig, body, timeoutSeconds) => {
    const { url, path } = addressOf(clientConfig);
    const asked = `${url}${url.includes('?') ? '&' : '?'}timeout=${timeoutSeconds}s`;
    const answer = clientConfig.service ? this.#atService(clientConfig.service, clientConfig.caBundle, path, asked, body) : this.#atUrl(clientConfig.url ?? '', body);
    if (typeof answer === 'string') return { failure: `Post "${asked}": ${answer}` };
    if (answer.delayMs >= timeoutSeconds * 1_000) return { failure: `Post "${asked}": context deadline exceeded` };
    return parsed(answer);
  };

  #atUrl(url: string, body: unknown): Answered | string {
    const answer = this.#functions.get(url);
    if (!answer) return `dial tcp: lookup ${new URL(url).hostname}: no such host`;
    const { body: given, status = 200, delayMs = 0 } = answer(body);
    return { status, text: typeof given === 'string' ? given : JSON.stringify(given), delayMs };
  }

  #atService({ namespace, name, port = 443 }: NonNullable<WebhookClientConfig['service']>, caBundle: string | undefined, path: string, url: string, body: unknown): Answered | string {
    const handler = handlerBehind(this.storage, this.reach, { namespace, name, port }, Boolean(caBundle));
    if (typeof handler === 'string') return handler;
    const text = JSON.stringify(body);
    const headers = { Host: `${name}.${namespace}.svc:${port}`, 'User-Agent': 'kube-apiserver-admission', 'Content-Type': 'application/json',
      Accept: 'application/json, */*', 'Content-Length': String(text.length) };
    return answered(handler({ kind: 'http', request: { method: 'POST', path: `${path}?timeout=${url.split('timeout=')[1] ?? ''}`, headers, body: text },
      tls: true } satisfies Payload, { ip: '172.18.0.2', name: 'kube-apiserver' }));
  }
}

function addressOf({ url = '', service }: WebhookClientConfig): { readonly url: string; readonly path: string } {
  if (!service) return { url, path: '' };
  const { namespace, name, port = 443, path = '' } = service;
  const rooted = path.startsWith('/') ? path : `/${path}`;
  return { url: `https://${name}.${namespace}.svc:${port}${rooted}`, path: rooted };
}

/** A server that does not answer at once, nor says how long it takes, answers too late. */
function answered(reply: Reply | Observable<Reply>): Answered | string {
  let given: Reply | undefined;
  if (reply instanceof Observable) reply.subscribe((each) => { given ??= each; }).unsubscribe();
  else given = reply;
  if (!given) return 'context deadline exceeded';
  if (given.kind !== 'http') return 'http: server gave HTTP response to HTTPS client';
  const { status, body, delayMs = 0 } = given.response;
  return { status, text: body, delayMs };
}

/** Other answers than 200 are told as client-go tells them. */
function parsed({ status, text }: Answered): WebhookAnswer {
  if (status === 404) return { failure: 'the server could not find the requested resource' };
  if (status >= 500) return { failure: `an error on the server (${JSON.stringify(text.slice(0, 2_048))}) has prevented the request from succeeding` };
  if (status >= 400) return { failure: 'the server rejected our request for an unknown reason' };
  try {
    return { body: JSON.parse(text) as unknown };
  } catch { return { failure: `couldn't get version/kind; json parse error: invalid character ${JSON.stringify(text.charAt(0))} looking for beginning of value` }; }
}
