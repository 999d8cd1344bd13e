/** Where a webhook is: at a URL, or behind a Service of the cluster; what is behind a Service is trusted only with the authority that signed its certificate. */
export type WebhookClientConfig = {
  readonly caBundle?: string;
  readonly url?: string;
  readonly service?: { readonly namespace: string; readonly name: string; readonly path?: string; readonly port?: number };
};

/** What a webhook answered, or why it could not be asked, in the words of Go's HTTP client. */
export type WebhookAnswer = { readonly body: unknown } | { readonly failure: string };

/** Sends JSON to a webhook and gives its answer at the same instant of virtual time. */
export type WebhookCaller = (clientConfig: WebhookClientConfig, body: unknown, timeoutSeconds: number) => WebhookAnswer;
