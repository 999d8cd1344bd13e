import { scaled, parseQuantity } from '../../lib/quantity';
import type { HorizontalPodAutoscalerBehavior } from '../../schema/types';

/** How far usage may be from its target without anything being done: 0.1 is a tenth. */
export type Tolerance = { readonly up: number; readonly down: number };
const usual = 0.1;

const amount = (text: string | undefined): number => (text === undefined ? usual : scaled(parseQuantity(text), -9) / 1e9);
export const toleranceOf = (behavior: HorizontalPodAutoscalerBehavior | undefined): Tolerance => ({ up: amount(behavior?.scaleUp?.tolerance), down: amount(behavior?.scaleDown?.tolerance) });

export const isWithin = ({ up, down }: Tolerance, ratio: number): boolean => 1 - down <= ratio && ratio <= 1 + up;
