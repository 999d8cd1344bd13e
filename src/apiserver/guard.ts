import { defer, type Observable } from 'rxjs';
import type { ApiRequest, ApiResponse, Impersonated, User } from '../api/types';
import type { Auditor } from './audit/auditor';
import type { Authenticator } from './authentication/authenticator';
import { impersonate, impersonationOf } from './authentication/impersonation';
import { refusal } from './authorization/check';
import { requestInfo } from './authorization/request-info';
import { alwaysAllow, type Attributes, type Authorizer } from './authorization/types';
import type { HttpRequest } from './http/types';

type Asking = { readonly user: User; readonly impersonate?: Impersonated; readonly body?: unknown };

/** Stands in front of everything: who asks, as whom, whether he may; and tells of it. */
export class Guard {
  constructor(private readonly authenticator: Authenticator, private readonly authorizer: Authorizer, private readonly auditor: Auditor) {}

  /** Admits one request and has it answered as the user it is for. `asked` is not called when there is nothing to look at. */
  call<T extends Asking & Pick<ApiRequest, 'verb'>>(request: T, asked: (request: T) => Attributes, answer: (request: T) => ApiResponse): ApiResponse {
    if (this.#isIdle(request)) return answer(request);   // every write of every component passes here
    const attributes = asked(request);
    const record = this.auditor.begin(attributes, request.body);
    return this.auditor.around(record, () => answer({ ...request, user: this.#admit(attributes, request.impersonate) }));
  }

  /** The same for what goes on after it is admitted. */
  stream<T extends Asking, R>(request: T, asked: (request: T) => Attributes, open: (request: T) => Observable<R>): Observable<R> {
    const brought = this.auditor.takeOver();
    return defer(() => {
      if (this.#isIdle(request)) return open(request);
      const attributes = asked(request);
      const record = brought ?? this.auditor.begin(attributes, undefined);
      return this.auditor.stream(record, () => open({ ...request, user: this.#admit(attributes, request.impersonate) }));
    });
  }

  /** Throws what {@link stream} would end with. */
  check<T extends Asking>(request: T, asked: (request: T) => Attributes): void {
    if (!this.#isIdle(request)) this.#admit(asked(request), request.impersonate);
  }

  /**
   * Answers a request of a host: `answer` is given the way to learn the user, which throws Unauthorized, Forbidden or BadRequest.
   * It is judged by method and path alone, before anybody looks whether there is such a resource.
   */
  http<T extends object>(request: Omit<HttpRequest, 'body'>, answer: (user: () => User) => T): T {
    const { method, path, query, headers } = request;
    let known: User | undefined;
    const who = (): User => known ??= request.user ?? this.authenticator.authenticate(headers);
    const admitted = (): User => {
      const user = who();
      const wanted = impersonationOf(headers);
      if (this.authorizer === alwaysAllow && !wanted) return user;
      return this.#admit(requestInfo(user, method, path, query), wanted);
    };
    if (!this.auditor.isActive) return answer(admitted);
    const transport = { uri: query ? `${path}?${query}` : path, ...(headers['user-agent'] !== undefined && { userAgent: headers['user-agent'] }) };
    const asker = (): User => { try { return who(); } catch { return unknownUser; } };   // a bad token is told of too, and refused below
    return this.auditor.within(transport, () => requestInfo(asker(), method, path, query), () => answer(admitted));
  }

  #isIdle({ impersonate: wanted }: Asking): boolean { return this.authorizer === alwaysAllow && wanted === undefined && !this.auditor.isActive; }

  /** The user the request goes on as. Throws Forbidden. */
  #admit(asked: Attributes, wanted: Impersonated | undefined): User {
    if (!wanted) return this.#authorize(asked);
    const user = impersonate(this.authorizer, wanted, asked);
    this.auditor.impersonated(user);
    return this.#authorize({ ...asked, user });
  }

  #authorize(asked: Attributes): User {
    const decision = this.authorizer.authorize(asked);
    this.auditor.decided(decision);
    if (!decision.allowed) throw refusal(asked, decision.reason);
    return asked.user;
  }
}

const unknownUser: User = { name: '', groups: [] };
