import { compileCall } from './call';
import { compileComprehension, compileOptionalMap } from './comprehension';
import { CelRuntimeError, noSuchKey } from './errors';
import { compileMapLiteral, compileList, compileStruct } from './literals';
import type { Compiled, Scope } from './scope';
import type { Constant, Expression } from './syntax';
import { boolType, bytesType, doubleType, dynType, formatType, intType, isOptional, nullType, optionalOf, stringType, uintType, type CelType } from './types';
import { CelMap, Optional, TypeValue, Uint, type Value } from './values';

/** Checks an expression and makes it runnable; what is wrong is reported to the scope. */
export function compileExpression(expression: Expression, scope: Scope): Compiled {
  const { nesting } = scope;
  if (nesting.depth >= mostNested) return scope.report(expression.at, `expression recursion limit exceeded: ${mostNested}`);
  nesting.depth++;
  const compiled = compileNode(expression, scope);
  nesting.depth--;
  return compiled;
}

/** Long chains nest too: `a + b + …` is deep on its left. */
const mostNested = 500;

function compileNode(expression: Expression, scope: Scope): Compiled {
  switch (expression.node) {
    case 'constant': return constant(expression.value);
    case 'name': return name(expression.name, expression.at, scope);
    case 'select': return select(expression, scope);
    case 'call': return compileCall(expression, scope);
    case 'list': return compileList(expression, scope);
    case 'map': return compileMapLiteral(expression, scope);
    case 'struct': return compileStruct(expression, scope);
    case 'comprehension': return compileComprehension(expression, scope);
    case 'optional-map': return compileOptionalMap(expression, scope);
  }
}

function constant(written: Constant): Compiled {
  const isUint = typeof written === 'object' && written !== null && 'uint' in written;
  const value: Value = isUint ? new Uint(written.uint) : written;
  return { type: typeOfConstant(value), run: () => value };
}

function typeOfConstant(value: Value): CelType {
  switch (typeof value) {
    case 'boolean': return boolType;
    case 'bigint': return intType;
    case 'number': return doubleType;
    case 'string': return stringType;
    default: return value === null ? nullType : value instanceof Uint ? uintType : bytesType;
  }
}

const typeNames: Readonly<Record<string, string>> = {
  bool: 'bool', int: 'int', uint: 'uint', double: 'double', string: 'string', bytes: 'bytes', list: 'list', map: 'map', null_type: 'null_type', type: 'type',
  'google.protobuf.Duration': 'google.protobuf.Duration', 'google.protobuf.Timestamp': 'google.protobuf.Timestamp', optional_type: 'optional_type',
  'kubernetes.Quantity': 'kubernetes.Quantity', 'kubernetes.URL': 'kubernetes.URL', 'net.IP': 'net.IP', 'net.CIDR': 'net.CIDR',
};

function name(text: string, at: number, scope: Scope): Compiled {
  return scope.find(text) ?? typeNamed(text) ?? scope.report(at, `undeclared reference to '${text}' (in container '')`);
}

function typeNamed(text: string): Compiled | undefined {
  const type = typeNames[text];
  if (type === undefined) return undefined;
  const value = new TypeValue(type);
  return { type: { kind: 'type', of: dynType }, run: () => value };
}

type Select = Expression & { readonly node: 'select' };

function select(expression: Select, scope: Scope): Compiled {
  const path = pathOf(expression);
  const dotted = path === undefined || expression.test ? undefined : scope.find(path);
  if (dotted) return dotted;
  const named = path === undefined ? undefined : typeNamed(path);
  if (named && !scope.find(path?.split('.', 1)[0] ?? '')) return named;
  const { at, field, test, optional } = expression;
  const operand = compileExpression(expression.operand, scope);
  const type = fieldType(operand.type, field);
  if (typeof type === 'string') return scope.report(at, type);
  if (test) return { type: boolType, run: (run) => { run.budget.charge(1); return isPresent(operand.run(run), field); } };
  if (optional || isOptional(operand.type)) return { type: isOptional(type) ? type : optionalOf(type), run: (run) => { run.budget.charge(1); return optionalField(operand.run(run), field); } };
  return { type, run: (run) => { run.budget.charge(1); return fieldOf(operand.run(run), field); } };
}

/** `a.b.c` as text, when it is nothing but names. */
function pathOf(expression: Expression): string | undefined {
  if (expression.node === 'name') return expression.name;
  if (expression.node !== 'select' || expression.test || expression.optional) return undefined;
  const operand = pathOf(expression.operand);
  return operand && `${operand}.${expression.field}`;
}

/** The type of a field, or what is wrong with asking for it. */
function fieldType(type: CelType, field: string): CelType | string {
  switch (type.kind) {
    case 'dyn': case 'error': case 'parameter': return type.kind === 'error' ? type : dynType;
    case 'map': return type.value;
    case 'object': return type.field(field)?.type ?? `undefined field '${field}'`;
    default: return isOptional(type) ? fieldType(type.parameters[0] ?? dynType, field) : `type '${formatType(type)}' does not support field selection`;
  }
}

function fieldOf(value: Value, field: string): Value {
  if (value instanceof Optional) return optionalField(value, field);
  if (!(value instanceof CelMap)) throw unselectable();
  const found = value.get(field);
  if (found === undefined) throw noSuchKey(field);
  return found;
}

function isPresent(value: Value, field: string): boolean {
  if (value instanceof Optional) return value.value !== undefined && isPresent(value.value, field);
  if (!(value instanceof CelMap)) throw unselectable();
  return value.get(field) !== undefined;
}

function optionalField(value: Value, field: string): Optional {
  const holder = value instanceof Optional ? value.value : value;
  if (holder === undefined || holder === null) return Optional.none;
  if (!(holder instanceof CelMap)) throw unselectable();
  const found = holder.get(field);
  return found === undefined ? Optional.none : new Optional(found);
}

const unselectable = (): CelRuntimeError => new CelRuntimeError('no such overload');
