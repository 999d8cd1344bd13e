import data from './data/defaulting.json';
import { checkRecorded } from './check';
import { stepsOf } from './replay';

checkRecorded('defaulting', stepsOf(data));
