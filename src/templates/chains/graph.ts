/** For each node, by number, the nodes that it points to. */
export type Graph = readonly (readonly number[])[];

/**
 * Returns the strongly connected components: groups of nodes that can be reached from each other, and all other nodes as
 * single components. Each component comes after all components that it points to. Uses Tarjan's algorithm with an explicit
 * stack because chains may be deeper than the call stack.
 */
export function componentsOf(graph: Graph): number[][] {
  const components: number[][] = [];
  const order = new Int32Array(graph.length).fill(-1);
  const lowest = new Int32Array(graph.length);
  const isWaiting = new Uint8Array(graph.length);
  const waiting: number[] = [];
  let count = 0;

  function begin(node: number): { readonly node: number; next: number } {
    order[node] = lowest[node] = count++;
    isWaiting[node] = 1;
    waiting.push(node);
    return { node, next: 0 };
  }
  function lower(node: number, to: number): void {
    lowest[node] = Math.min(lowest[node] ?? 0, to);
  }

  for (const root of graph.keys()) {
    if (order[root] !== -1) continue;
    const path = [begin(root)];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const { node } = top;
      const to = graph[node]?.[top.next++];
      if (to !== undefined) {
        if (order[to] === -1) path.push(begin(to));
        else if (isWaiting[to] === 1) lower(node, order[to] ?? 0);
        continue;
      }
      path.pop();
      const from = path.at(-1);
      if (from !== undefined) lower(from.node, lowest[node] ?? 0);
      if (lowest[node] !== order[node]) continue;
      const component = waiting.splice(waiting.lastIndexOf(node));
      for (const member of component) isWaiting[member] = 0;
      components.push(component);
    }
  }
  return components;
}

/**
 * Finds a shortest path from `start` back to itself.
 * @returns its nodes with `start` at both ends, or null if none was found within `mostSteps`; and the number of steps
 */
export function shortestCycle(
  graph: Graph,
  start: number,
  mostSteps: number,
): { readonly way: readonly number[] | null; readonly steps: number } {
  const cameFrom = new Map<number, number>();
  const open = [start];
  let steps = 0;
  for (const node of open) {
    for (const to of graph[node] ?? []) {
      if (++steps > mostSteps) return { way: null, steps };
      if (to === start) {
        const way = [start];
        for (let at: number | undefined = node; at !== undefined && at !== start; at = cameFrom.get(at))
          way.push(at);
        return { way: [...way, start].reverse(), steps };
      }
      if (cameFrom.has(to)) continue;
      cameFrom.set(to, node);
      open.push(to);
    }
  }
  return { way: null, steps };
}
