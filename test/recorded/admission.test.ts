import { checkRecorded } from './check';

checkRecorded('admission');
