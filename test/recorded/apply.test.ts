import { checkRecorded } from './check';

checkRecorded('apply');
