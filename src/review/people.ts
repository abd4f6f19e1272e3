/** Who proposed a change and who approves it, as far as the place where it is reviewed knows. */
import { unknownPeople, verdictOf } from './make-review.js';
import type { Approval, Review } from './review.js';

export interface People {
  /** Login; null: unknown. */
  readonly author: string | null;
  /** Logins of those who approve this head. */
  readonly approvers: readonly string[];
  /** Logins of the members, by `organisation/team` as `teamsIn` returns it; null: nobody knows them. */
  readonly teams: ReadonlyMap<string, readonly string[] | null>;
}

/** The teams whose members decide who still has to approve, as `organisation/team` in lower case, sorted. */
export function teamsIn({ approvals }: Pick<Review, 'approvals'>): string[] {
  const teams = approvals.flatMap(({ owners }) => owners.flatMap((owner) => teamOf(owner) ?? []));
  return [...new Set(teams)].sort();
}

/**
 * A review that knows who has approved. Authors agree with what they propose, so an author who is an owner need not be asked;
 * whether somebody else has to look at the change is for the rules of the branch.
 */
export function withPeople(review: Review, people: People): Review {
  const approvals = review.approvals.map((approval) => withAgreement(approval, people));
  const unknown = teamsIn(review).filter((team) => people.teams.get(team) == null);
  return {
    ...review,
    approvals,
    verdict:
      review.verdict.code === 0 ? review.verdict : verdictOf({ ...review, approvals, isChanged: true }),
    notChecked: [
      ...review.notChecked.filter((text) => text !== unknownPeople),
      ...unknown.map(
        (team) => `who is a member of @${team}: there is no such team, or the token may not read it`,
      ),
    ],
  };
}

function withAgreement(approval: Approval, { author, approvers, teams }: People): Approval {
  const { owners, site, reasons } = approval;
  const isOwner = (login: string) => owners.some((owner) => stands(owner, login.toLowerCase(), teams));
  if (author !== null && isOwner(author))
    return { site, owners, reasons, agreed: { by: author, as: 'author' } };
  const approver = approvers.find(isOwner);
  return approver === undefined
    ? { site, owners, reasons }
    : { site, owners, reasons, agreed: { by: approver, as: 'reviewer' } };
}

function stands(owner: string, login: string, teams: People['teams']): boolean {
  const team = teamOf(owner);
  if (team === null) return owner.slice(1).toLowerCase() === login;
  return teams.get(team)?.some((member) => member.toLowerCase() === login) === true;
}

/** `organisation/team` of `@organisation/team`; null for a user. */
function teamOf(owner: string): string | null {
  return owner.includes('/') ? owner.slice(1).toLowerCase() : null;
}
