import data from './data/patch.json';
import { checkRecorded } from './check';
import { stepsOf } from './replay';

checkRecorded('patch', stepsOf(data));
