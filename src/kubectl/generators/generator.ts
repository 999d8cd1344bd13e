import { StatusError } from '../../api/status';
import { dryRunFlag, dryRunOf, fieldManagerFlag, outputFlags } from '../common-flags';
import { CommandError, UsageError } from '../errors';
import { bool, type Flags, type Values } from '../flags';
import { resultPrinter } from '../printers/result';
import { mappingFor } from '../resources';
import { place } from '../targets';
import { withAt, type JsonRecord } from '../values';
import { defineVerb, type Context, type Verb } from '../verb';
import { withLastApplied } from '../verbs/apply-patch';
import { validationOf } from '../verbs/validation';

/** `kubectl create <name>`: an object made of flags instead of a manifest. */
export type Generator<F extends Flags> = {
  readonly name: string;
  readonly resource: string;
  readonly usage: string;
  readonly summary: string;
  readonly flags: F;
  /** What stands before the server's complaint: `failed to create deployment: `. */
  readonly failure?: string;
  /** Arguments after `--` become a command. */
  readonly takesCommand?: boolean;
  /** The object without its name. Throws CommandError. */
  build(name: string, flags: Values<F>, context: Context, command: readonly string[]): JsonRecord | Promise<JsonRecord>;
};

export function createVerb<F extends Flags>({ name: verb, resource, usage, summary, flags: own, failure, takesCommand = false, build }: Generator<F>): Verb {
  const common = {
    ...outputFlags, ...dryRunFlag, ...fieldManagerFlag('kubectl-create'),
    'save-config': bool('If true, the configuration is saved in an annotation, as apply does.'),
    validate: bool('Check the object strictly.', { initial: true, hidden: true }),
  };
  return defineVerb<Flags>({
    name: `create ${verb}`,
    usage: `create ${usage}`,
    summary,
    flags: { ...common, ...own },

    async *run(context, args, given) {
      const flags = given as Values<F> & Values<typeof common>;
      const words = takesCommand ? args.slice(0, context.dash ?? args.length) : args;
      const [name] = words;
      if (name === undefined || words.length !== 1) throw new UsageError(`exactly one NAME is required, got ${words.length}`);
      const dryRun = dryRunOf(flags['dry-run']);
      const print = resultPrinter(flags, context.files, dryRun);
      const mapping = mappingFor(resource);
      const built = await build(name, flags, context, takesCommand && context.dash !== undefined ? args.slice(context.dash) : []);
      const whole = { apiVersion: mapping.apiVersion, kind: mapping.kind, ...built, metadata: { name, ...(built['metadata'] as JsonRecord | undefined) } };
      const placed = mapping.namespaced && context.namespaceGiven ? withAt(whole, ['metadata', 'namespace'], context.namespace) : whole;
      const object = flags['save-config'] ? withLastApplied(placed) : placed;
      const target = place(mapping, context.namespace, name);
      if (dryRun === 'client') { yield print(target, 'created', object); return; }
      const options = { fieldManager: flags['field-manager'], fieldValidation: validationOf('strict'), ...(dryRun === 'server' && { dryRun: true }) };
      try {
        yield print(target, 'created', await context.connection.create(mapping, context.namespace, object, options));
      } catch (error) { throw failure !== undefined && error instanceof StatusError ? new CommandError(failure + error.message) : error; }
    },
  });
}


/** `a=b` of `--from-literal`, `--hard` and the like. Throws CommandError. */
export function pairOf(word: string, flag: string): readonly [string, string] {
  const equals = word.indexOf('=');
  if (equals < 1) throw new CommandError(`invalid ${flag} ${word}, expected key=value`);
  return [word.slice(0, equals), word.slice(equals + 1)];
}
