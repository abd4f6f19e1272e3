import { children, type AnyNode, type Stmt } from '../parser/nodes.js';
import type { Symbols } from './symbols.js';

/** Adds the names that `nodes` use to `symbols`; inner scopes are handled separately. */
export function findSymbols(symbols: Symbols, nodes: readonly AnyNode[]): void {
  for (const node of nodes) visit(symbols, node);
}

/** The target of a loop: its names are parameters of the loop's scope. */
export function findParameters(symbols: Symbols, target: AnyNode): void {
  if (target.typename === 'Name') symbols.parameter(target.name);
  else for (const child of children(target)) findParameters(symbols, child);
}

function visit(symbols: Symbols, node: AnyNode): void {
  switch (node.typename) {
    case 'Name':
      visitName(symbols, node.name, node.use);
      return;
    case 'NSRef':
      symbols.load(node.name);
      return;
    case 'If':
      visit(symbols, node.test);
      symbols.mergeBranches(
        [node.body, node.elifs, node.otherwise].map((branch) => visitBranch(symbols, branch)),
      );
      return;
    case 'Macro':
      symbols.store(node.name);
      return;
    case 'Import':
      visit(symbols, node.template);
      symbols.store(node.target);
      return;
    case 'FromImport':
      visit(symbols, node.template);
      for (const [, alias] of node.names) symbols.store(alias);
      return;
    case 'Assign':
      visit(symbols, node.value);
      visit(symbols, node.target);
      return;
    case 'For':
      visit(symbols, node.iter);
      return;
    case 'CallBlock':
      visit(symbols, node.call);
      return;
    case 'FilterBlock':
      visit(symbols, node.filter);
      return;
    case 'With':
      findSymbols(symbols, node.values);
      return;
    case 'AssignBlock':
      visit(symbols, node.target);
      if (node.filter !== null) visit(symbols, node.filter);
      return;
    case 'Autoescape':
    case 'Block':
      return;
    default:
      findSymbols(symbols, children(node));
  }
}

function visitName(symbols: Symbols, name: string, use: 'load' | 'store' | 'param'): void {
  if (use === 'param') symbols.parameter(name);
  else if (use === 'store') symbols.store(name);
  else symbols.load(name);
}

function visitBranch(symbols: Symbols, branch: readonly Stmt[]): Symbols {
  const copy = symbols.copy();
  findSymbols(copy, branch);
  return copy;
}

/** Which of `names` the nodes read before they store them; blocks are excluded, because they are independent. */
export function findUndeclared(nodes: readonly AnyNode[], names: readonly string[]): Set<string> {
  const open = new Set(names);
  const undeclared = new Set<string>();
  const look = (node: AnyNode): void => {
    if (node.typename === 'Block') return;
    if (node.typename !== 'Name') {
      for (const child of children(node)) look(child);
    } else if (node.use === 'load' && open.has(node.name)) {
      undeclared.add(node.name);
    } else {
      open.delete(node.name);
    }
  };
  for (const node of nodes) look(node);
  return undeclared;
}
