import type { Observable } from 'rxjs';
import { createSubscriber } from 'svelte/reactivity';

/** The latest value of a stream, readable in markup; subscribed only while something on screen reads it. */
export class Live<T> {
  #value: T;
  readonly #read: () => void;

  constructor(stream: Observable<T>, initial: T) {
    this.#value = initial;
    this.#read = createSubscriber((changed) => {
      const subscription = stream.subscribe((value) => { this.#value = value; changed(); });
      return () => subscription.unsubscribe();
    });
  }

  get current(): T {
    this.#read();
    return this.#value;
  }
}
