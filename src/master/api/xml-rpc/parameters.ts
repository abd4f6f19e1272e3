/**
 * The parameters of XML-RPC methods: each is declared once, with its name, its type and what it is when it is left out.
 * The dispatcher reads them in the order of their declaration.
 */
import { faultCodes, RpcFault, type XmlRpcValue } from '../../../xml-rpc/index.js';

export interface Parameter<T> {
  readonly isRequired: boolean;
  /**
   * @param value undefined or null: not given
   * @throws RpcFault when the value is not of this type
   */
  read(value: XmlRpcValue | undefined, name: string): T;
}

export type Parameters = Readonly<Record<string, Parameter<unknown>>>;

/** What a method with these parameters is called with. */
export type Arguments<P extends Parameters> = {
  readonly [K in keyof P]: P[K] extends Parameter<infer T> ? T : never;
};

/** Must be given. */
export const text: Parameter<string> = {
  isRequired: true,
  read(value, name) {
    if (typeof value === 'string') return value;
    throw invalid(`${name} must be a string`);
  },
};

export const optionalText: Parameter<string | null> = { isRequired: false, read: readText };

/** A place that must be filled, with nil if need be. */
export const textOrNil: Parameter<string | null> = { isRequired: true, read: readText };

function readText(value: XmlRpcValue | undefined, name: string): string | null {
  return value === undefined || value === null ? null : text.read(value, name);
}

/** Also as a string of digits: lavacli sends job ids as they came from the command line. Must be given. */
export const wholeNumber: Parameter<number> = {
  isRequired: true,
  read(value, name) {
    if (typeof value === 'number' && Number.isInteger(value)) return value;
    if (typeof value === 'string' && /^\d{1,9}$/.test(value)) return Number(value);
    throw invalid(`${name} must be a whole number`);
  },
};

export function optionalNumber<T extends number | null>(standard: T): Parameter<number | T> {
  return {
    isRequired: false,
    read: (value, name) => (value === undefined || value === null ? standard : wholeNumber.read(value, name)),
  };
}

/** Off, unless it is true or 1. */
export const flag: Parameter<boolean> = {
  isRequired: false,
  read: (value) => value === true || value === 1,
};

/** One of LAVA's words, in any case. */
export function optionalWord<T extends string>(words: readonly T[]): Parameter<T | null> {
  return {
    isRequired: false,
    read(value, name) {
      const given = readText(value, name);
      const found = words.find((word) => word.toLowerCase() === given?.toLowerCase());
      if (given !== null && found === undefined) {
        throw new RpcFault(400, `Invalid ${name} '${given.slice(0, 60)}'`);
      }
      return found ?? null;
    },
  };
}

export const optionalTexts: Parameter<readonly string[] | null> = {
  isRequired: false,
  read(value, name) {
    if (value === undefined || value === null) return null;
    const items: readonly XmlRpcValue[] | null = Array.isArray(value)
      ? (value as readonly XmlRpcValue[])
      : null;
    if (items?.every((item) => typeof item === 'string') !== true)
      throw invalid(`${name} must be a list of strings`);
    return items;
  },
};

/** Any value; whether it was given is all that matters. */
export const anything: Parameter<boolean> = {
  isRequired: false,
  read: (value) => value !== undefined && value !== null,
};

/**
 * Reads the values of a call by name.
 * @throws RpcFault when there are too few or too many values, or one is of the wrong type
 */
export function readArguments(
  method: string,
  parameters: Parameters,
  values: readonly XmlRpcValue[],
): Arguments<Parameters> {
  const declared = Object.entries(parameters);
  const required = declared.filter(([, parameter]) => parameter.isRequired).length;
  if (values.length < required || values.length > declared.length) {
    throw invalid(`${method} takes (${Object.keys(parameters).join(', ')})`);
  }
  return Object.fromEntries(
    declared.map(([name, parameter], index) => [name, parameter.read(values[index], name)]),
  );
}

/** As Python writes it, which is how LAVA answers `system.methodSignature`. */
export function signatureOf(parameters: Parameters): string {
  return Object.entries(parameters)
    .map(([name, { isRequired }]) => (isRequired ? name : `${name}=None`))
    .join(', ');
}

function invalid(message: string): RpcFault {
  return new RpcFault(faultCodes.invalidParameters, message);
}
