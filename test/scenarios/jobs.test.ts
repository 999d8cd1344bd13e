import { cronJobs } from './cronjob';
import { playAll } from './framework';
import { expiry, jobs } from './job';

for (const each of [jobs, expiry, cronJobs]) playAll(each);
