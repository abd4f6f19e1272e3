/** Tags are complete, such as `tag:yaml.org,2002:int`. A node without an explicit tag has the one that its text resolves to. */
export type YamlNode =
  | { readonly kind: 'scalar'; readonly tag: string; readonly text: string; readonly at: number }
  | { readonly kind: 'list'; readonly tag: string; readonly items: YamlNode[]; readonly at: number }
  | { readonly kind: 'mapping'; readonly tag: string; readonly pairs: YamlPair[]; readonly at: number };
export type YamlScalar = Extract<YamlNode, { kind: 'scalar' }>;
export type YamlMapping = Extract<YamlNode, { kind: 'mapping' }>;
export type YamlPair = readonly [key: YamlNode, value: YamlNode];

export const corePrefix = 'tag:yaml.org,2002:';
