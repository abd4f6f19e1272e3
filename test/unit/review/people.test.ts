/** Who still has to approve a change. */
import { expect, it } from 'vitest';

import { teamsIn, withPeople, type Approval, type People, type Review } from '../../../src/review/index.js';

const approvals: Approval[] = [
  { site: 'berlin', owners: ['@Org/Berlin', '@desk'], reasons: [{ why: 'a device', what: ['a'] }] },
  { site: 'paris', owners: ['@org/paris'], reasons: [] },
  { site: null, owners: [], reasons: [] },
];
const review: Review = {
  base: 'b',
  rulesFrom: 'b',
  head: 'h',
  verdict: { code: 2, text: '' },
  approvals,
  hazards: [],
  findings: { new: [], existing: [] },
  conflicts: [],
  masters: [],
  rules: [],
  notChecked: ['something', 'who the author is, and who approved already'],
};

function judge(people: Partial<People>, of: readonly Approval[] = approvals): Review {
  return withPeople(
    { ...review, approvals: of },
    { author: null, approvers: [], teams: new Map(), ...people },
  );
}

const agreements = ({ approvals: list }: Review) => list.map(({ agreed }) => agreed ?? null);

it('needs the members of teams, each once', () => {
  expect(teamsIn({ approvals: [...approvals, ...approvals] })).toEqual(['org/berlin', 'org/paris']);
});

it('counts an owner who proposes or approves, by name or by team, in any case', () => {
  const teams = new Map([
    ['org/berlin', ['Keeper']],
    ['org/paris', ['marie']],
  ]);
  expect(agreements(judge({ author: 'keeper', approvers: ['stranger', 'Marie'], teams }))).toEqual([
    { by: 'keeper', as: 'author' },
    { by: 'Marie', as: 'reviewer' },
    null,
  ]);
  expect(agreements(judge({ approvers: ['DESK'], teams }))).toEqual([
    { by: 'DESK', as: 'reviewer' },
    null,
    null,
  ]);
});

it('never counts anybody for a team that is unknown, for maintainers that are not named, or by part of a name', () => {
  const people = { author: 'berlin', approvers: ['paris', 'org/paris', 'des', 'deskk', ''] };
  expect(agreements(judge(people))).toEqual([null, null, null]);
});

it('says what is unknown, and no longer that nobody is known', () => {
  const { notChecked } = judge({ teams: new Map([['org/berlin', []]]) });
  expect(notChecked).toEqual([
    'something',
    'who is a member of @org/paris: there is no such team, or the token may not read it',
  ]);
});

it('waits for those who have not agreed, and for nobody at the end', () => {
  const [berlin] = approvals as [Approval];
  expect(judge({}, [berlin]).verdict.text).toContain(
    'to be approved by one of @Org/Berlin, @desk (site berlin)',
  );
  const { verdict } = judge({ author: 'desk' }, [berlin]);
  expect(verdict).toEqual({ code: 2, text: 'all required approvals are there; no effect on a master' });
});
