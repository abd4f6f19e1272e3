import { labelOf } from '../state.js';
import { apiUrl, nodeId, type Place } from './place.js';

export function presentLabel(place: Place, name: string) {
  const label = labelOf(place.state, name);
  return {
    id: label.id,
    node_id: nodeId('LA', label.id),
    url: apiUrl(place, `/labels/${encodeURIComponent(label.name)}`),
    name: label.name,
    description: label.description,
    color: label.color,
    default: false,
  };
}
