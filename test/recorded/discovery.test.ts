import { checkRecorded } from './check';

checkRecorded('discovery');
