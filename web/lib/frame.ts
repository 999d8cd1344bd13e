import { animationFrameScheduler, auditTime, buffer, connect, type OperatorFunction } from 'rxjs';

/** Gathers what comes until the next frame. */
export const perFrame = <T>(): OperatorFunction<T, T[]> => connect((shared) => shared.pipe(buffer(shared.pipe(auditTime(0, animationFrameScheduler)))));
