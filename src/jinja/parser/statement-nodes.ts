import type { At, Call, Expr, Filter, Name } from './expression-nodes.js';

export interface TemplateData extends At {
  readonly typename: 'TemplateData';
  readonly text: string;
}
export interface Output extends At {
  readonly typename: 'Output';
  readonly parts: readonly (Expr | TemplateData)[];
}
export interface Extends extends At {
  readonly typename: 'Extends';
  readonly template: Expr;
}
export interface For extends At {
  readonly typename: 'For';
  readonly target: Expr;
  readonly iter: Expr;
  readonly body: readonly Stmt[];
  readonly otherwise: readonly Stmt[];
  readonly test: Expr | null;
  readonly recursive: boolean;
}
export interface If extends At {
  readonly typename: 'If';
  readonly test: Expr;
  readonly body: readonly Stmt[];
  readonly elifs: readonly If[];
  readonly otherwise: readonly Stmt[];
}
export interface Macro extends At {
  readonly typename: 'Macro';
  readonly name: string;
  readonly args: readonly Name[];
  readonly defaults: readonly Expr[];
  readonly body: readonly Stmt[];
}
export interface CallBlock extends At {
  readonly typename: 'CallBlock';
  readonly call: Call;
  readonly args: readonly Name[];
  readonly defaults: readonly Expr[];
  readonly body: readonly Stmt[];
}
export interface FilterBlock extends At {
  readonly typename: 'FilterBlock';
  readonly filter: Filter;
  readonly body: readonly Stmt[];
}
export interface With extends At {
  readonly typename: 'With';
  readonly targets: readonly Expr[];
  readonly values: readonly Expr[];
  readonly body: readonly Stmt[];
}
export interface Block extends At {
  readonly typename: 'Block';
  readonly name: string;
  readonly body: readonly Stmt[];
  readonly scoped: boolean;
  readonly required: boolean;
}
export interface Include extends At {
  readonly typename: 'Include';
  readonly template: Expr;
  readonly withContext: boolean;
  readonly ignoreMissing: boolean;
}
export interface Import extends At {
  readonly typename: 'Import';
  readonly template: Expr;
  readonly target: string;
  readonly withContext: boolean;
}
export interface FromImport extends At {
  readonly typename: 'FromImport';
  readonly template: Expr;
  /** Pairs of exported name and local name. */
  readonly names: readonly (readonly [string, string])[];
  readonly withContext: boolean;
}
export interface Assign extends At {
  readonly typename: 'Assign';
  readonly target: Expr;
  readonly value: Expr;
}
export interface AssignBlock extends At {
  readonly typename: 'AssignBlock';
  readonly target: Expr;
  readonly filter: Filter | null;
  readonly body: readonly Stmt[];
}
/** `{% autoescape %}`: only its scope matters here, because escaping is off. */
export interface Autoescape extends At {
  readonly typename: 'Autoescape';
  readonly enabled: Expr;
  readonly body: readonly Stmt[];
}

export type Stmt =
  | Output
  | Extends
  | For
  | If
  | Macro
  | CallBlock
  | FilterBlock
  | With
  | Block
  | Include
  | Import
  | FromImport
  | Assign
  | AssignBlock
  | Autoescape;

export interface TemplateNode extends At {
  readonly typename: 'Template';
  readonly body: readonly Stmt[];
}
