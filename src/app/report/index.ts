/** Reports what is wrong with a lab: the incidents of its controller. */
export {
  formatReportMarkdown,
  formatReportText,
  readIncidentReport,
  type IncidentReport,
} from './read-report.js';
