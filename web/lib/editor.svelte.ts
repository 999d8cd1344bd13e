/** A mistake in the text, where it is. Lines and columns count from 1. */
export type Problem = { readonly line: number; readonly column: number; readonly endColumn: number; readonly message: string; readonly severity: 'error' | 'warning' };
/** A text lent by a command (`kubectl edit`), which waits for it to come back. */
type Loan = { readonly name: string; readonly before: string; readonly giveBack: (text: string | undefined) => void };

const textKey = 'podarium.editor.text';

/** What is being written, and what is wrong with it. Monaco and the plain text area are two faces of this. */
export class Editor {
  text = $state('');
  problems = $state.raw<readonly Problem[]>([]);
  /** In words: whether the server would take the text. */
  verdict = $state.raw<{ readonly kind: 'waiting' | 'good' | 'bad' | 'applied'; readonly text: string }>({ kind: 'waiting', text: '' });
  loan = $state.raw<Loan>();
  /** Set by whoever can move the caret. */
  reveal: (line: number, column: number) => void = () => {};
  focus: () => void = () => {};

  constructor() { this.text = localStorage.getItem(textKey) ?? ''; }

  save(): void { if (!this.loan) localStorage.setItem(textKey, this.text); }

  lend(name: string, text: string, giveBack: Loan['giveBack']): void {
    this.loan?.giveBack(undefined);
    this.loan = { name, before: this.loan?.before ?? this.text, giveBack };
    this.text = text;
    this.focus();
  }

  /** Ends the loan: with the text as it is now, or without when it is given up. */
  settle(keep: boolean): void {
    const { loan } = this;
    if (!loan) return;
    this.loan = undefined;
    const { text } = this;
    this.text = loan.before;
    loan.giveBack(keep ? text : undefined);
  }
}
