import { Deployments } from './apps/deployment';
import { deploymentRules } from './apps/deployment-rules';
import { ReplicaSets } from './apps/replicaset';
import { replicaSetRules } from './apps/replicaset-rules';
import { Nodes } from './core/node';
import { nodeRules } from './core/node-rules';
import { Pods } from './core/pod';
import { podPartRules, podRules } from './core/pod-rules';
import { Services } from './core/service';
import { serviceRules } from './core/service-rules';
import { judge } from './define';
import { conditionsRules } from './flowcontrol/conditions';
import { FlowSchemas } from './flowcontrol/flowschema';
import { flowSchemaRules } from './flowcontrol/flowschema-rules';

/**
 * The rules of kinds whose objects a control plane makes while it comes up: large, and those objects need no judge. They are known as soon as
 * the registry is, and before anybody else writes.
 */
export function judgeFirstKinds(): void {
  judge(Pods, { rules: podRules, partRules: podPartRules });
  judge(Deployments, { rules: deploymentRules });
  judge(ReplicaSets, { rules: replicaSetRules });
  judge(Services, { rules: serviceRules });
  judge(Nodes, { rules: nodeRules });
  judge(FlowSchemas, { rules: flowSchemaRules, partRules: ({ status }) => conditionsRules(status?.conditions ?? [], 'status.conditions') });
}
