import { SelectorError } from '../../lib/selectors';
import { parseSelector } from '../../lib/selector-text';
import { CommandError } from '../errors';

/** Whether labels fit the text of a `-l` flag; an empty one fits all. Throws CommandError. */
export function matchesSelector(selector: string, labels: Readonly<Record<string, string>>): boolean {
  try { return selector === '' || parseSelector(selector).matches(labels); } catch (error) {
    throw error instanceof SelectorError ? new CommandError(error.message) : error;
  }
}
