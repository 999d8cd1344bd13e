import type { ApiRequest, ApiResponse } from '../../api/types';
import type { ServerContext } from '../context';

/** What a GET of a path that is no resource answers. */
export type NonResource = (context: ServerContext, request: ApiRequest & { readonly path: string }) => ApiResponse | undefined;
