import { checkRecorded } from './check';

checkRecorded('patch');
