/** Plans: what an apply would do to a master, and the files that hold such plans. */
export { planLab, type PlannedLab, type PlanOptions } from './plan-lab.js';
export { readPlanFile } from './plan-file.js';
