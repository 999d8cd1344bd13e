import data from './data/validation.json';
import { checkRecorded } from './check';
import { stepsOf, type Step } from './replay';

/** The record tells how long a value was instead of holding it. */
const inFull = (step: Step): Step => {
  const length = /data\.a is "x" repeated (\d+) times/.exec(step.title)?.[1];
  const { body } = step.request;
  return length === undefined || typeof body !== 'object' ? step : { ...step, request: { ...step.request, body: { ...body, data: { a: 'x'.repeat(Number(length)) } } } };
};

checkRecorded('validation', stepsOf(data).map(inFull));
