import { map, Observable, timer, type SchedulerLike } from 'rxjs';
import type { KubeObject, User } from '../../api/types';
import { APIServices } from '../../kinds/apiregistration/apiservice';
import { isList, isObject, type JsonObject } from '../../lib/json';
import type { HttpRequest, HttpResponse, Reply } from '../../net/types';
import type { APIService } from '../../schema/types';
import { handlerBehind, type Reach } from '../service-endpoints';
import type { Storage } from '../storage';

/** A group version that another API server answers for; `resources` as its discovery has them, undefined while it does not answer. */
export type RemoteVersion = { readonly group: string; readonly version: string; readonly resources: readonly JsonObject[] | undefined };

/** Who the aggregator is to other API servers when it asks for itself. */
const itself: User = { name: 'system:kube-aggregator', groups: ['system:masters'] };
const source = { ip: '172.18.0.2', name: 'kube-apiserver' };
const textHeaders = { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' };
const unavailable = (body: string): HttpResponse => ({ status: 503, headers: textHeaders, body });

/** Hands group versions that an APIService gives to another API server on to it, as the kube-aggregator does. */
export class Aggregator {
  constructor(private readonly storage: Storage, private readonly reach: Reach, private readonly scheduler: SchedulerLike) {}

  /**
   * What another API server answers to a request, at once unless it takes its time; undefined for a path that none is registered for.
   * `request` is made only when it is needed.
   */
  forward(path: string, user: User, request: () => HttpRequest): HttpResponse | Observable<HttpResponse> | undefined {
    const service = this.#serviceAt(path);
    if (!service) return undefined;
    if (!isAvailable(service)) return unavailable('service unavailable\n');
    const asked = request();
    const reply = this.#ask(service, { ...asked, headers: { ...asked.headers, ...identity(user) } });
    if (typeof reply === 'string') return unavailable(`error trying to reach service: ${reply}\n`);
    return reply instanceof Observable ? reply.pipe(map(responseOf)) : this.#inTime(responseOf(reply));
  }

  /** Why an API server does not answer for its group version, which is at `address`; undefined when it does. */
  check(service: APIService, address: string): string | undefined {
    const reply = this.#discover(service);
    if (typeof reply === 'string') return `Get ${JSON.stringify(address)}: ${reply}`;
    return reply.status >= 200 && reply.status < 300 ? undefined : `bad status from ${address}: ${reply.status}`;
  }

  /** Everything that other API servers serve, groups of a higher priority first, versions of a higher priority first. */
  remoteVersions(): readonly RemoteVersion[] {
    return this.storage.list(APIServices, undefined).filter(isRemote)
      .sort(({ spec: a }, { spec: b }) => b.groupPriorityMinimum - a.groupPriorityMinimum || b.versionPriority - a.versionPriority)
      .map((service) => {
        const { group = '', version = '' } = service.spec;
        return { group, version, resources: isAvailable(service) ? this.#resources(service) : undefined };
      });
  }

  #resources(service: APIService): readonly JsonObject[] | undefined {
    const reply = this.#discover(service);
    if (typeof reply === 'string' || reply.status !== 200) return undefined;
    try {
      const list: unknown = JSON.parse(reply.body);
      return isObject(list) && isList(list['resources']) ? list['resources'].filter(isObject) : undefined;
    } catch { return undefined; }
  }

  /** Asks for the resources of a group version. One that does not answer at once answers too late. */
  #discover(service: APIService): HttpResponse | string {
    const { group = '', version = '' } = service.spec;
    const reply = this.#ask(service, { method: 'GET', path: `/apis/${group}/${version}`, headers: { Accept: 'application/json', ...identity(itself) }, body: '' });
    if (typeof reply === 'string') return reply;
    return reply instanceof Observable ? 'context deadline exceeded' : responseOf(reply);
  }

  #ask({ spec: { service = {}, caBundle, insecureSkipTLSVerify } }: APIService, request: HttpRequest): Reply | Observable<Reply> | string {
    const { namespace = '', name = '', port } = service;
    const handler = handlerBehind(this.storage, this.reach, { namespace, name, port }, insecureSkipTLSVerify === true || Boolean(caBundle));
    return typeof handler === 'string' ? handler : handler({ kind: 'http', request, tls: true }, source);
  }

  #serviceAt(path: string): APIService | undefined {
    const [root, group, version] = path.split('/').filter(Boolean);
    if (root !== 'apis' || group === undefined || version === undefined) return undefined;
    const found = this.storage.find(APIServices, undefined, `${version}.${group}`) as APIService | undefined;   // stored as APIServices
    return found?.spec.service ? found : undefined;
  }

  #inTime(response: HttpResponse): HttpResponse | Observable<HttpResponse> {
    return response.delayMs ? timer(response.delayMs, this.scheduler).pipe(map(() => response)) : response;
  }
}

const isRemote = (object: KubeObject): object is APIService => (object as APIService).spec.service !== undefined;   // stored as APIServices
const isAvailable = ({ status }: APIService): boolean => status?.conditions?.some((condition) => condition.type === 'Available' && condition.status === 'True') ?? false;

/** Who asks, as the request header authentication of another API server reads it. */
const identity = ({ name, groups }: User): Readonly<Record<string, string>> => ({ 'X-Remote-User': name, 'X-Remote-Group': groups.join(',') });

function responseOf(reply: Reply): HttpResponse {
  return reply.kind === 'http' ? reply.response : unavailable('error trying to reach service: http: server gave HTTP response to HTTPS client\n');
}
