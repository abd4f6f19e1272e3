type Kind = 'directory' | 'file' | undefined;

/** `test` and `[`: files, texts and numbers; undefined for anything that it does not support. */
export function evaluateTest(args: readonly string[], kindOf: (path: string) => Kind): boolean | undefined {
  const [first, second, third] = args;
  if (first === '!') {
    const inner = evaluateTest(args.slice(1), kindOf);
    return inner === undefined ? undefined : !inner;
  }
  if (first === undefined) return false;
  if (second === undefined) return first !== '';
  if (third === undefined) return unary(first, second, kindOf);
  return args.length === 3 ? binary(first, second, third) : undefined;
}

function unary(operator: string, value: string, kindOf: (path: string) => Kind): boolean | undefined {
  switch (operator) {
    case '-e':
      return kindOf(value) !== undefined;
    case '-f':
      return kindOf(value) === 'file';
    case '-d':
      return kindOf(value) === 'directory';
    case '-n':
      return value !== '';
    case '-z':
      return value === '';
    default:
      return undefined;
  }
}

function binary(left: string, operator: string, right: string): boolean | undefined {
  if (operator === '=' || operator === '==') return left === right;
  if (operator === '!=') return left !== right;
  const [a, b] = [Number(left), Number(right)];
  if (!Number.isInteger(a) || !Number.isInteger(b)) return undefined;
  switch (operator) {
    case '-eq':
      return a === b;
    case '-ne':
      return a !== b;
    case '-lt':
      return a < b;
    case '-le':
      return a <= b;
    case '-gt':
      return a > b;
    case '-ge':
      return a >= b;
    default:
      return undefined;
  }
}
