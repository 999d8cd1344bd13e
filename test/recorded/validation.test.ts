import { checkRecorded } from './check';

checkRecorded('validation');
