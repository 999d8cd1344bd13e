import { invalidValue, type FieldError } from '../../api/status';
import { isDNS1035Label } from '../../lib/names';
import type { CustomResourceDefinitionNames } from '../../schema/types';

type Errors = Iterable<FieldError>;

/** The names of a custom resource, where they are given. */
export function* namesRules({ plural, singular, kind, listKind, shortNames = [], categories = [] }: CustomResourceDefinitionNames, at: string): Errors {
  yield* labelRules(plural, `${at}.plural`);
  yield* labelRules(singular, `${at}.singular`);
  yield* mixedCaseRules(kind, `${at}.kind`);
  yield* mixedCaseRules(listKind, `${at}.listKind`);
  for (const [i, name] of shortNames.entries()) yield* labelRules(name, `${at}.shortNames[${i}]`, true);
  if (kind && kind === listKind) yield invalidValue(`${at}.listKind`, listKind, 'kind and listKind may not be the same');
  for (const [i, category] of categories.entries()) yield* labelRules(category, `${at}.categories[${i}]`, true);
}

/** One error for all that is wrong with a label. */
export function* labelRules(text: string | undefined, at: string, evenEmpty = false): Errors {
  const wrong = text || evenEmpty ? isDNS1035Label(text ?? '') : [];
  if (wrong.length > 0) yield invalidValue(at, text, wrong.join(','));
}

function* mixedCaseRules(text: string | undefined, at: string): Errors {
  const wrong = text ? isDNS1035Label(text.toLowerCase()) : [];
  if (wrong.length > 0) yield invalidValue(at, text, `may have mixed case, but should otherwise match: ${wrong.join(',')}`);
}
