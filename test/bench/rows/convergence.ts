import { row, seconds, type Measurement } from '../row';
import { failuresIn } from './seeds';

/** Lives beyond those that are played with every test; one process for each core. */
const ranges = ['201-1200', '1201-2200'];
const lives = 2_000;

/** Random lives by the thousand. */
export const convergence: Measurement = {
  name: 'convergence',
  async run() {
    let failed = 0;
    const took = await seconds(async () => { failed = await failuresIn(ranges, 'test/convergence', 'SEED'); });
    return [
      row(`convergence: lives that did not converge, of ${lives.toLocaleString('en')}`, failed, '', 0, 'less'),
      row('convergence: lives of a cluster, each with its operations, its end and an idle time', Math.round(lives / took * 10) / 10, 'lives/s', 1, 'more'),
    ];
  },
};
