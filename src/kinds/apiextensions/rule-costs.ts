import { forbiddenField, type FieldError } from '../../api/status';
import { byText } from '../../lib/json';

/** Upstream's limits for a single rule and for all rules of a schema, in its units of cost. */
const ruleLimit = 10_000_000;
const schemaLimit = 100_000_000;
const mostToldOf = 4;

/** What the rules of one schema may cost together, and which of them the most. */
export class RuleCosts {
  #total = 0;
  readonly #costs: { readonly at: string; readonly cost: number }[] = [];

  /** Notes the cost of a rule; the error when it alone is too much. */
  observe(at: string, what: string, cost: number): FieldError | undefined {
    this.#total += cost;
    this.#costs.push({ at, cost });
    return cost > ruleLimit ? forbiddenField(at, excess(what, cost, ruleLimit)) : undefined;
  }

  /** What is wrong with all of them together. */
  *excess(at: string): Iterable<FieldError> {
    if (this.#total <= schemaLimit) return;
    const worst = this.#costs.toSorted((a, b) => b.cost - a.cost || byText(a.at, b.at)).slice(0, mostToldOf).filter(({ cost }) => cost > 0);
    for (const each of worst) yield forbiddenField(each.at, 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema');
    yield forbiddenField(at, excess('x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema', this.#total, schemaLimit));
  }
}

function excess(what: string, cost: number, limit: number): string {
  const factor = cost / limit;
  const times = factor > 100 ? 'more than 100x' : factor < 1.5 ? `${factor.toFixed(6)}x` : `${factor.toFixed(1)}x`;
  return `${what} exceeds budget by factor of ${times} (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)`;
}
