import { checkRecorded } from './check';

checkRecorded('rbac');
