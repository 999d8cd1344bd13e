import { timestamp } from '../../lib/timestamp';
import type { CertificateSigningRequest, CertificateSigningRequestCondition } from '../../schema/types';
import { fileFlags, outputFlags, refuseKustomize } from '../common-flags';
import { forEach } from '../each';
import { CommandError, UsageError } from '../errors';
import { bool } from '../flags';
import { resultPrinter } from '../printers/result';
import { find } from '../targets';
import { defineVerb, type Verb } from '../verb';

type Decision = { readonly verb: 'approve' | 'deny'; readonly type: 'Approved' | 'Denied'; readonly reason: string; readonly done: string };

/** Decides about requests for certificates; what has been decided alike stays as it is unless forced. */
const decide = ({ verb, type, reason, done }: Decision): Verb => defineVerb({
  name: `certificate ${verb}`,
  usage: `certificate ${verb} (-f FILENAME | NAME)`,
  summary: `${verb === 'approve' ? 'Approve' : 'Deny'} a certificate signing request`,
  examples: [`# ${verb === 'approve' ? 'Approve' : 'Deny'} CSR 'csr-sqgzp'`, `kubectl certificate ${verb} csr-sqgzp`],
  flags: { ...outputFlags, ...fileFlags, force: bool('Update the CSR even if it is already approved.') },

  async *run(context, args, flags) {
    refuseKustomize(flags.kustomize);
    if (args.length === 0 && flags.filename.length === 0) throw new UsageError('one or more CSRs must be specified as <name> or -f <filename>');
    const print = resultPrinter(flags, context.files, 'none');
    const { found, errors } = await find(context, args.length > 0 ? ['certificatesigningrequests', ...args] : [], { filenames: flags.filename, recursive: flags.recursive });
    yield* forEach(found, errors, async function* (each) {
      if (each.mapping.kind !== 'CertificateSigningRequest') throw new CommandError('can only handle certificates.k8s.io CertificateSigningRequest objects');
      const csr = each.object as CertificateSigningRequest;   // its kind was looked at
      const { connection } = context;
      const conditions = csr.status?.conditions ?? [];
      if (!flags.force && conditions.some((condition) => condition.type === type)) return yield print(each, done, csr);
      const decision: CertificateSigningRequestCondition =
        { type, status: 'True', reason, message: `This CSR was ${done} by kubectl certificate ${verb}.`, lastUpdateTime: timestamp(connection.now()) };
      const others = conditions.filter((condition) => condition.type !== type);
      yield print(each, done, await connection.replace(each, { ...csr, status: { ...csr.status, conditions: [...others, decision] } }, {}, 'approval'));
    });
  },
});

export const certificateApprove = decide({ verb: 'approve', type: 'Approved', reason: 'KubectlApprove', done: 'approved' });
export const certificateDeny = decide({ verb: 'deny', type: 'Denied', reason: 'KubectlDeny', done: 'denied' });
