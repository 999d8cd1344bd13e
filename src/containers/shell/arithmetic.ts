import type { ArithmeticExpression } from 'unbash';
import { ShellError } from './control';
import type { Running } from './running';

/** Variables and expansions, as arithmetic needs them. */
export type ArithmeticScope = {
  read(name: string): string;
  write(name: string, value: string): void;
  /** The text of a word or command substitution. */
  expand(word: Extract<ArithmeticExpression, { type: 'ArithmeticWord' | 'ArithmeticCommandExpansion' }>): Running<string>;
  /** Parses a variable's text, which may itself be an expression. */
  parse(text: string): ArithmeticExpression | undefined;
};

const binary: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  '+': (a, b) => a + b, '-': (a, b) => a - b, '*': (a, b) => a * b,
  '/': (a, b) => { if (b === 0n) throw new ShellError('divide by zero'); return a / b; },
  '%': (a, b) => { if (b === 0n) throw new ShellError('divide by zero'); return a % b; },
  '**': (a, b) => { if (b < 0n) throw new ShellError('exponent less than 0'); return a ** b; },
  '<<': (a, b) => a << (b & 63n), '>>': (a, b) => a >> (b & 63n),
  '&': (a, b) => a & b, '|': (a, b) => a | b, '^': (a, b) => a ^ b,
  '<': (a, b) => BigInt(a < b), '>': (a, b) => BigInt(a > b), '<=': (a, b) => BigInt(a <= b), '>=': (a, b) => BigInt(a >= b),
  '==': (a, b) => BigInt(a === b), '!=': (a, b) => BigInt(a !== b), ',': (_, b) => b,
};
const assigning = /^(?:[-+*/%&|^]|<<|>>)?=$/;
const name = /^[A-Za-z_]\w*$/;

/** The value of an expression, in 64 bits. */
export function* evaluate(expression: ArithmeticExpression, scope: ArithmeticScope, depth = 0): Running<bigint> {
  if (depth > 64) throw new ShellError('expression recursion level exceeded');
  switch (expression.type) {
    case 'ArithmeticGroup': return yield* evaluate(expression.expression, scope, depth);
    case 'ArithmeticTernary': return yield* evaluate((yield* evaluate(expression.test, scope, depth)) !== 0n ? expression.consequent : expression.alternate, scope, depth);
    case 'ArithmeticUnary': return yield* unary(expression, scope, depth);
    case 'ArithmeticBinary': return yield* binaryValue(expression, scope, depth);
    default: return yield* valueOf(yield* scope.expand(expression), scope, depth);
  }
}

function* unary({ operator, operand, prefix }: Extract<ArithmeticExpression, { type: 'ArithmeticUnary' }>, scope: ArithmeticScope, depth: number): Running<bigint> {
  const value = yield* evaluate(operand, scope, depth);
  if (operator === '++' || operator === '--') {
    const next = BigInt.asIntN(64, operator === '++' ? value + 1n : value - 1n);
    scope.write(target(operand), String(next));
    return prefix ? next : value;
  }
  switch (operator) {
    case '-': return BigInt.asIntN(64, -value);
    case '!': return BigInt(value === 0n);
    case '~': return ~value;
    default: return value;
  }
}

function* binaryValue({ operator, left, right }: Extract<ArithmeticExpression, { type: 'ArithmeticBinary' }>, scope: ArithmeticScope, depth: number): Running<bigint> {
  if (operator === '&&') return BigInt((yield* evaluate(left, scope, depth)) !== 0n && (yield* evaluate(right, scope, depth)) !== 0n);
  if (operator === '||') return BigInt((yield* evaluate(left, scope, depth)) !== 0n || (yield* evaluate(right, scope, depth)) !== 0n);
  if (assigning.test(operator)) {
    const value = yield* evaluate(right, scope, depth);
    const result = operator === '=' ? value : compute(operator.slice(0, -1), yield* evaluate(left, scope, depth), value);
    scope.write(target(left), String(result));
    return result;
  }
  return compute(operator, yield* evaluate(left, scope, depth), yield* evaluate(right, scope, depth));
}

const compute = (operator: string, left: bigint, right: bigint): bigint => {
  const operation = binary[operator];
  if (!operation) throw new ShellError('arithmetic syntax error');
  return BigInt.asIntN(64, operation(left, right));
};

const target = (expression: ArithmeticExpression): string => {
  if (expression.type !== 'ArithmeticWord' || !name.test(expression.value)) throw new ShellError('arithmetic syntax error');
  return expression.value;
};

function* valueOf(text: string, scope: ArithmeticScope, depth: number): Running<bigint> {
  const trimmed = text.trim();
  if (trimmed === '') return 0n;
  if (/^0[xX][0-9a-fA-F]+$/.test(trimmed)) return BigInt.asIntN(64, BigInt(trimmed));
  if (/^0[0-7]+$/.test(trimmed)) return BigInt.asIntN(64, BigInt(`0o${trimmed.slice(1)}`));
  if (/^(?:0|[1-9]\d*)$/.test(trimmed)) return BigInt.asIntN(64, BigInt(trimmed));
  if (name.test(trimmed)) return yield* valueOf(scope.read(trimmed), scope, depth + 1);
  if (depth > 64) throw new ShellError('expression recursion level exceeded');
  const parsed = scope.parse(trimmed);
  if (!parsed || (parsed.type === 'ArithmeticWord' && parsed.value === trimmed)) throw new ShellError('arithmetic syntax error');
  return yield* evaluate(parsed, scope, depth + 1);
}
