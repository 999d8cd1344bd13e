import data from './data/delete.json';
import { checkRecorded } from './check';
import { stepsOf } from './replay';

checkRecorded('delete', stepsOf(data));
