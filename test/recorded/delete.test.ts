import { checkRecorded } from './check';

checkRecorded('delete');
