/**
 * The parameters of XML-RPC methods. Each is declared once, with its name, type and default. The dispatcher reads them
 * in the order of their declaration.
 */
import { faultCodes, RpcFault, type XmlRpcValue } from '../../../xml-rpc/index.js';

export interface Parameter<T> {
  readonly isRequired: boolean;
  /**
   * @param value undefined or null if the caller did not pass it
   * @throws RpcFault when the value does not have this type
   */
  read(value: XmlRpcValue | undefined, name: string): T;
}

export type Parameters = Readonly<Record<string, Parameter<unknown>>>;

/** The arguments that a method with these parameters receives. */
export type Arguments<P extends Parameters> = {
  readonly [K in keyof P]: P[K] extends Parameter<infer T> ? T : never;
};

/** A required string. */
export const text: Parameter<string> = {
  isRequired: true,
  read(value, name) {
    if (typeof value === 'string') return value;
    throw invalid(`${name} must be a string`);
  },
};

export const optionalText: Parameter<string | null> = { isRequired: false, read: readText };

/** An optional string that must not be omitted; callers pass nil instead. */
export const textOrNil: Parameter<string | null> = { isRequired: true, read: readText };

function readText(value: XmlRpcValue | undefined, name: string): string | null {
  return value === undefined || value === null ? null : text.read(value, name);
}

/** A required number. Accepts a string of digits too, because lavacli sends job IDs as they were typed. */
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

/** False unless the value is true or 1. */
export const flag: Parameter<boolean> = {
  isRequired: false,
  read: (value) => value === true || value === 1,
};

/** One of LAVA's words, in upper or lower case. */
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

/** Accepts any value; only its presence matters. */
export const anything: Parameter<boolean> = {
  isRequired: false,
  read: (value) => value !== undefined && value !== null,
};

/**
 * Assigns the values of a call to names.
 * @throws RpcFault when there are too few or too many values, or a value has the wrong type
 */
export function readArguments(
  method: string,
  parameters: Parameters,
  values: readonly XmlRpcValue[],
): Arguments<Parameters> {
  const declared = Object.entries(parameters);
  const required = declared.filter(([, parameter]) => parameter.isRequired).length;
  if (values.length < required || values.length > declared.length) {
    throw invalid(`${method} accepts the parameters (${Object.keys(parameters).join(', ')})`);
  }
  return Object.fromEntries(
    declared.map(([name, parameter], index) => [name, parameter.read(values[index], name)]),
  );
}

/** In Python's notation, as in LAVA's `system.methodSignature`. */
export function signatureOf(parameters: Parameters): string {
  return Object.entries(parameters)
    .map(([name, { isRequired }]) => (isRequired ? name : `${name}=None`))
    .join(', ');
}

function invalid(message: string): RpcFault {
  return new RpcFault(faultCodes.invalidParameters, message);
}
