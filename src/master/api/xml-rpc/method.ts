import type { XmlRpcValue } from '../../../xml-rpc/index.js';
import type { Identity } from '../../access/identity.js';
import type { ApiClient } from '../admission/admission.js';
import type { RouteContext } from '../route-context.js';
import { readArguments, signatureOf, type Arguments, type Parameters } from './parameters.js';

/** The caller, and what a method reads and changes. */
export interface Caller {
  readonly context: RouteContext;
  readonly db: RouteContext['store']['db'];
  /** Null if the caller sent no credentials. */
  readonly identity: Identity | null;
  readonly client: ApiClient;
  /**
   * Returns the name of the user.
   * @throws Error when the method is open to anyone
   */
  readonly username: () => string;
}

/** Who may call a method: anyone, users with a token, or operators (the admin token). */
type Access = 'anyone' | 'reader' | 'operator';

interface Declaration<P extends Parameters> {
  readonly access: Access;
  readonly help: string;
  /** In the order of a call, required parameters first. */
  readonly parameters: P;
  call(given: Arguments<P>, caller: Caller): Promise<XmlRpcValue> | XmlRpcValue;
}

export interface RpcMethod {
  readonly access: Access;
  readonly help: string;
  readonly signature: string;
  call(name: string, values: readonly XmlRpcValue[], caller: Caller): Promise<XmlRpcValue> | XmlRpcValue;
}

export type RpcMethods = Readonly<Record<string, RpcMethod>>;

export function method<const P extends Parameters>(declaration: Declaration<P>): RpcMethod {
  const { access, help, parameters } = declaration;
  return {
    access,
    help,
    signature: signatureOf(parameters),
    call: (name, values, caller) =>
      declaration.call(readArguments(name, parameters, values) as Arguments<P>, caller),
  };
}

/** LAVA sends files in base64. */
export function fileValue(content: string): Buffer {
  return Buffer.from(content, 'utf8');
}
