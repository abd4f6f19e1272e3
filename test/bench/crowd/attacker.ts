/** One client that does its worst until it is killed. Arguments: the attack, and its target as JSON. */
import { attacks, type AttackName } from './attacks.js';
import type { Target } from './target.js';

const [, , name, target] = process.argv;
console.log('attacking');
await attacks[name as AttackName](JSON.parse(target ?? '') as Target);
