import { Store } from '../../../src/store/store';
import { best, row, type Measurement } from '../row';

const writes = 200_000;
const values = Array.from({ length: 64 }, (_, i) => ({ metadata: { name: `pod-${i}` } }));

/** One-key transactions with five watchers on the prefix and 5,000 elsewhere. */
function write(store: Store): void {
  for (let i = 0; i < writes; i++) store.transact((transaction) => transaction.put(`pods/default/pod-${i % 5_000}`, values[i % 64]));
}

export const storeWrites: Measurement = {
  name: 'store',
  async run() {
    let delivered = 0;
    const took = await best(3, () => {
      const store = new Store();
      delivered = 0;
      for (let i = 0; i < 5; i++) store.watch('pods/', 0).subscribe(() => { delivered++; });
      for (let i = 0; i < 5_000; i++) store.watch(`pods/namespace-${i}/`, 0).subscribe(() => { delivered++; });
      write(store);
    });
    const fanOut = await best(3, () => {
      const store = new Store();
      delivered = 0;
      for (let i = 0; i < 100; i++) store.watch('pods/', 0).subscribe(() => { delivered++; });
      for (let i = 0; i < 20_000; i++) store.transact((transaction) => transaction.put(`pods/default/pod-${i % 5_000}`, values[i % 64]));
    });
    return [
      row('store: writes', Math.round(writes / took), 'writes/s', 200_000, 'more'),
      row('store: watch deliveries', Math.round(delivered / fanOut), 'deliveries/s', 2_000_000, 'more'),
    ];
  },
};
