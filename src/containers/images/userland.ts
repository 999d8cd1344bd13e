/** What a shell and the small programs of an image are: their sort decides texts and names; `none` has no shell at all. */
export type Userland = 'busybox' | 'alpine' | 'debian' | 'none';
