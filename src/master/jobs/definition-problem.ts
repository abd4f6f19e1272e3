/** One thing that is wrong with a job definition, and where: `timeouts.job`, `actions[2].boot`. */
export interface DefinitionProblem {
  readonly path: string;
  readonly message: string;
}
