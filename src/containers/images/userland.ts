/** What a shell and the small programs of an image are: their sort decides texts and names; `full` has everything we have, `none` not even a shell. */
export type Userland = 'busybox' | 'alpine' | 'debian' | 'full' | 'none';
