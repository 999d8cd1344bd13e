import { of } from 'rxjs';
import { pemBlock, elements } from '../../lib/pem';
import { unlessGone } from '../../runtime/claim';
import type { AnyController } from '../../runtime/controller';
import { workqueue } from '../../runtime/workqueue';
import type { CertificateSigningRequest } from '../../schema/types';
import { conditionOf, requests } from './requests';

const hourMs = 3_600_000;
const pendingMs = 24 * hourMs;
const name = 'csrcleaner';

/** Looks every hour for requests that are of no more use: decided for an hour, waiting for a day, or with a certificate that is over. */
export const certificateCleaner: AnyController = {
  name,
  run: (informers) => {
    const known = informers.of(requests);
    const clean = (): void => {
      const api = informers.client.because({ component: name, key: name, revision: 0 });
      for (const csr of known.list()) if (isOver(csr, informers.scheduler.now())) unlessGone(() => api.delete(requests, csr.metadata));
    };
    return of(name).pipe(workqueue(() => { clean(); return { requeueAfterMs: hourMs }; }, { scheduler: informers.scheduler }));
  },
};

export function isOver(csr: CertificateSigningRequest, now: number): boolean {
  const decisions = ['Approved', 'Denied', 'Failed'].flatMap((type) => conditionOf(csr, type) ?? []);
  if (decisions.length === 0) return now - Date.parse(csr.metadata.creationTimestamp) > pendingMs;
  const isOld = decisions.some(({ lastUpdateTime }) => !!lastUpdateTime && now - Date.parse(lastUpdateTime) > hourMs);
  return isOld || endOf(csr.status?.certificate) < now;
}

/** When a certificate ends, in milliseconds; never where there is none. */
function endOf(certificate: string | undefined): number {
  const der = certificate ? pemBlock(atob(certificate), 'CERTIFICATE') : undefined;
  const [whole] = der ? elements(der) : [];
  const [content] = whole ? elements(whole.content) : [];
  const validity = content && [...elements(content.content)][4];
  const end = validity && [...elements(validity.content)][1];
  if (!end) return Infinity;
  const text = new TextDecoder().decode(end.content);
  const [, year = '', month = '', day = '', hour = '', minute = '', second = ''] = /^(\d{2}|\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  return Date.UTC(year.length === 2 ? (Number(year) < 50 ? 2_000 : 1_900) + Number(year) : Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
}
