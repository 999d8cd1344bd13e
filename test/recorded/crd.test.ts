import { checkRecorded } from './check';

checkRecorded('crd');
