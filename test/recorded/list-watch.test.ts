import { checkRecorded } from './check';

checkRecorded('list-watch');
