import { checkRecorded } from './check';

checkRecorded('defaulting');
