import { CommandError } from '../errors';
import { integer, list, text } from '../flags';
import { mappingFor } from '../resources';
import type { JsonRecord } from '../values';
import { at } from '../values';
import { createVerb } from './generator';

/** `nginx` of `registry/nginx:1.27`, made fit for a container's name. */
export const containerName = (image: string): string => (image.split('/').at(-1) ?? image).replace(/[:@].*$/, '').replace(/[^A-Za-z0-9-]/g, '-').toLowerCase();

const containerOf = (name: string, image: string, command: readonly string[], port = 0): JsonRecord =>
  ({ ...(command.length > 0 && { command }), image, name, ...(port > 0 && { ports: [{ containerPort: port }] }), resources: {} });

export const createDeployment = createVerb({
  failure: 'failed to create deployment: ',
  name: 'deployment', resource: 'deployments.apps', takesCommand: true,
  usage: 'deployment NAME --image=image -- [COMMAND] [args...]',
  summary: 'Create a deployment with the specified name',
  flags: {
    image: list('Image names to run. A deployment can have multiple images set for multiple containers.', { required: true }),
    port: integer('The containerPort that this deployment exposes.', { initial: -1 }),
    replicas: integer('Number of replicas to create.', { short: 'r', initial: 1 }),
  },
  build(name, { image: images, port, replicas }, _, command) {
    if (images.length > 1 && command.length > 0) throw new CommandError('cannot specify multiple --image options and command');
    if (replicas < 0) throw new CommandError(`invalid replicas value: ${replicas}, must be greater than or equal to 0`);
    const labels = { app: name };
    const names = images.map(containerName);
    const containers = images.map((image, index) => containerOf(
      names.indexOf(names[index] ?? '') === index ? names[index] ?? '' : `${names[index]}-${index}`, image, command, port,
    ));
    return {
      metadata: { labels }, spec: { replicas, selector: { matchLabels: labels }, strategy: {}, template: { metadata: { labels }, spec: { containers } } },
      status: {},
    };
  },
});

export const createJob = createVerb({
  failure: 'failed to create job: ',
  name: 'job', resource: 'jobs.batch', takesCommand: true,
  usage: 'job NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...]',
  summary: 'Create a job with the specified name',
  flags: { image: text('Image name to run.'), from: text('The name of the resource to create a Job from (only cronjob is supported).') },
  async build(name, { image, from }, { connection, namespace }, command) {
    if (Boolean(image) === Boolean(from)) throw new CommandError(`either --image or --from must be specified`);
    if (!from) return { spec: { template: { metadata: {}, spec: { containers: [containerOf(name, image, command)], restartPolicy: 'Never' } } }, status: {} };
    if (command.length > 0) throw new CommandError('cannot specify --from and command');
    const [kind = '', cronJob = ''] = from.split('/');
    if (mappingFor(kind).kind !== 'CronJob') throw new CommandError(`from must be an existing cronjob`);
    const { metadata, apiVersion, ...rest } = await connection.get({ mapping: mappingFor('cronjobs'), namespace, name: cronJob });
    const owner = { apiVersion: apiVersion || 'batch/v1', kind: 'CronJob', name: metadata.name, uid: metadata.uid, controller: true };
    const template = at(rest, 'spec', 'jobTemplate');
    return {
      metadata: { annotations: { 'cronjob.kubernetes.io/instantiate': 'manual' }, labels: at(template, 'metadata', 'labels'), ownerReferences: [owner] },
      spec: at(template, 'spec'),
    };
  },
});

export const createCronJob = createVerb({
  failure: 'failed to create cronjob: ',
  name: 'cronjob', resource: 'cronjobs.batch', takesCommand: true,
  usage: "cronjob NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...] [flags]",
  summary: 'Create a cron job with the specified name',
  flags: {
    image: text('Image name to run.', { required: true }),
    schedule: text('A schedule in the Cron format the job should be run with.', { required: true }),
    restart: text("Job's restart policy: OnFailure or Never.", { initial: 'OnFailure', values: ['OnFailure', 'Never'] }),
  },
  build: (name, { image, schedule, restart }, _, command) => ({
    spec: {
      jobTemplate: {
        metadata: { name }, spec: { template: { metadata: {}, spec: { containers: [containerOf(name, image, command)], restartPolicy: restart } } },
      },
      schedule,
    },
    status: {},
  }),
});
