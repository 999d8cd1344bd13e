/** A flow's hand of queues is dealt from a hash of this many bits. */
export const maxHashBits = 60;

/** How many bits it takes to deal a hand of `handSize` out of `deckSize` queues. */
export const requiredEntropyBits = (deckSize: number, handSize: number): number => Math.ceil(Math.log2(deckSize) * handSize);
