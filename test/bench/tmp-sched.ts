import { SchedulingCycle } from '../../src/scheduler/cycle';
import { NodeTable } from '../../src/scheduler/node-table';
import { defaultPlugins } from '../../src/scheduler/plugins/default-plugins';
import { Random } from '../../src/sim/random';
import { makeNode, makePod } from '../scheduler/objects';
import { scheduling } from './rows/scheduling';
for (let round = 0; round < 4; round++) {
  const table = new NodeTable();
  for (let i = 0; i < 5000; i++) table.setNode(`n${i}`, makeNode(`n${i}`, { cpu: '4', memory: '32Gi', pods: '110' }));
  const cycle = new SchedulingCycle(defaultPlugins, new Random(1));
  const template = makePod('p', { cpu: '100m', memory: '500Mi' });
  const t = process.cpuUsage().user;
  for (let i = 0; i < 10000; i++) { const { node = '' } = cycle.run(template, table); table.setPod(`default/p${i}`, node, template); }
  console.log('cycle only µs/pod', (process.cpuUsage().user - t) / 10000);
}
if (process.argv[2]) for (let i = 0; i < 2; i++) console.log(await scheduling.run());
