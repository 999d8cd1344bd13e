import { invalidValue, notSupported, required, type FieldError } from '../../api/status';
import { validFieldPath } from '../custom-resources/field-path';
import type { JsonSchema } from '../custom-resources/schema';

const reasons = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];
const hasLineBreaks = (text: string): boolean => /[\n\r]/.test(text);

/** The form of the CEL rules on a schema; whether they compile is another question. */
export function* ruleFormRules(schema: JsonSchema, at: string): Iterable<FieldError> {
  for (const [i, { rule, message = '', messageExpression = '', reason, fieldPath = '' }] of (schema['x-kubernetes-validations'] ?? []).entries()) {
    const field = `${at}.x-kubernetes-validations[${i}]`;
    const said = message.trim();
    if (!rule.trim()) yield required(`${field}.rule`, 'rule is not specified');
    else if (message && !said) yield invalidValue(`${field}.message`, message, 'message must be non-empty if specified');
    else if (hasLineBreaks(said)) yield invalidValue(`${field}.message`, message, 'message must not contain line breaks');
    else if (hasLineBreaks(rule.trim()) && !said) yield required(`${field}.message`, 'message must be specified if rule contains line breaks');
    if (messageExpression && !messageExpression.trim()) yield required(`${field}.messageExpression`, 'messageExpression must be non-empty if specified');
    if (reason !== undefined && !reasons.includes(reason)) yield notSupported(`${field}.reason`, reason, reasons);
    if (fieldPath && !fieldPath.trim()) yield invalidValue(`${field}.fieldPath`, fieldPath, 'fieldPath must be non-empty if specified');
    if (hasLineBreaks(fieldPath)) yield invalidValue(`${field}.fieldPath`, fieldPath, 'fieldPath must not contain line breaks');
    if (fieldPath && typeof validFieldPath(fieldPath, schema) === 'string')
      yield invalidValue(`${field}.fieldPath`, fieldPath, 'fieldPath must be a valid path');
  }
}
