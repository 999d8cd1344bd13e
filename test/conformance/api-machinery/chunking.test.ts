import { describe, expect } from 'vitest';
import { PodTemplates } from '../../../src/kinds/core/podtemplate';
import type { ObjectList } from '../../../src/api/types';
import type { PodTemplate } from '../../../src/schema/types';
import { behaviour } from '../behaviours';
import { refusal, startConformance, type Framework } from '../framework';

const total = 400;

function fill({ api, namespace }: Framework): void {
  for (let i = 0; i < total; i++) {
    const name = `template-${String(i).padStart(4, '0')}`;
    const template = { metadata: { labels: {} }, spec: { containers: [{ name: 'test', image: 'test2' }] } };
    api.create(PodTemplates, { metadata: { name, namespace }, template });
  }
}

const names = ({ items }: ObjectList<PodTemplate>) => items.map(({ metadata }) => metadata.name);
const all = Array.from({ length: total }, (_, i) => `template-${String(i).padStart(4, '0')}`);

describe('lists in chunks', () => {
  behaviour('api-machinery-087', () => {
    const framework = startConformance();
    const { api, namespace } = framework;
    fill(framework);
    for (const limit of [17, 133, 399]) {
      const seen: string[] = [];
      let token: string | undefined;
      let version: string | undefined;
      do {
        const page: ObjectList<PodTemplate> = api.list(PodTemplates, namespace, { limit, ...(token && { continue: token }) });
        version ??= page.metadata.resourceVersion;
        expect(page.metadata.resourceVersion).toBe(version);
        expect(page.items.length).toBeLessThanOrEqual(limit);
        seen.push(...names(page));
        token = page.metadata.continue;
        expect(page.metadata.remainingItemCount).toBe(token ? total - seen.length : undefined);
      } while (token);
      expect(seen).toEqual(all);
    }
    expect(names(api.list(PodTemplates, namespace, { limit: total * 2 }))).toEqual(all);
    expect(names(api.list(PodTemplates, namespace))).toEqual(all);
  });

  behaviour('api-machinery-088', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    fill(framework);
    const limit = 33;
    const first = api.list(PodTemplates, namespace, { limit });
    const old = { limit, continue: first.metadata.continue ?? '' };
    const error = until('the token has expired', () => {
      try { api.list(PodTemplates, namespace, old); return undefined; } catch (thrown) { return refusal(() => { throw thrown; }); }
    }, 20 * 60_000);
    expect(error.reason).toBe('Expired');
    const { body } = api.raw('GET', `/api/v1/namespaces/${namespace}/podtemplates`, { query: new URLSearchParams({ limit: '33', continue: old.continue }).toString() });
    const inconsistent = (JSON.parse(body) as { metadata: { continue?: string } }).metadata.continue ?? '';
    expect(inconsistent).not.toBe('');
    const second = api.list(PodTemplates, namespace, { limit, continue: inconsistent });
    expect(second.metadata.resourceVersion).not.toBe(first.metadata.resourceVersion);
    const seen = [...names(first), ...names(second)];
    let token = second.metadata.continue;
    while (token) {
      const page: ObjectList<PodTemplate> = api.list(PodTemplates, namespace, { limit, continue: token });
      expect(page.metadata.resourceVersion).toBe(second.metadata.resourceVersion);
      seen.push(...names(page));
      token = page.metadata.continue;
    }
    expect(seen).toEqual(all);
  });
});
