import type { ApiRequest } from '../api/types';
import { isObject, type JsonObject } from '../lib/json';

const kinds: Readonly<Partial<Record<ApiRequest['verb'], string>>> = { create: 'CreateOptions', update: 'UpdateOptions', patch: 'PatchOptions' };

/** The request's options as the object that admission sees: CreateOptions, UpdateOptions, PatchOptions, or the DeleteOptions in its body. */
export function optionsOf({ verb, options = {}, body }: ApiRequest): JsonObject {
  const { dryRun, fieldManager, fieldValidation, force } = options;
  const kind = kinds[verb];
  if (kind === undefined) return { kind: 'DeleteOptions', apiVersion: 'meta.k8s.io/v1', ...(isObject(body) && withoutKind(body)), ...(dryRun && { dryRun: ['All'] }) };
  return {
    kind, apiVersion: 'meta.k8s.io/v1',
    ...(dryRun && { dryRun: ['All'] }), ...(force !== undefined && { force }), ...(fieldManager !== undefined && { fieldManager }), ...(fieldValidation !== undefined && { fieldValidation }),
  };
}

function withoutKind({ kind: _kind, apiVersion: _apiVersion, ...rest }: JsonObject): JsonObject { return rest; }
