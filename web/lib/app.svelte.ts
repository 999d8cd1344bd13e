import { getContext, setContext } from 'svelte';
import type { ClockState } from '../../src/worker/protocol';
import { Console } from './console.svelte';
import { Editor } from './editor.svelte';
import { exampleFiles, firstManifests } from './examples';
import { PodViews } from './pod-view';
import { Session } from './session.svelte';
import { View } from './view.svelte';
import { World } from './world';

const firstSeed = 1;
const workerNodes = 3;

/** The page as a whole: the cluster on show, the console, the editor, and what is looked at. */
export class App {
  session = $state.raw(newSession(firstSeed));
  world = $derived(new World(this.session.door));
  readonly #views = new PodViews();
  /** All pods as they are drawn. */
  pods = $derived(this.#views.of(this.world.pods.current, this.world.replicaSets.current));
  /** The simulated time in whole seconds: for what shows ages. */
  second = $derived(Math.floor(this.session.clock.now / 1_000) * 1_000);
  readonly view = new View();
  readonly console = new Console();
  readonly editor = new Editor();
  /** Counts resets: what belongs to one cluster only is keyed by it. */
  generation = $state(0);

  constructor() {
    this.#connect();
    this.console.note('kubectl works here. Tab completes, ↑ recalls, Ctrl+C stops.\n');
  }

  get clock(): ClockState { return this.session.clock; }

  /** Ends this cluster and starts a fresh one; the same seed gives the same history. Editor text, transcript and layout stay. */
  reset(seed: number = this.session.start.seed): void {
    this.session.end();
    this.view.select(undefined);
    this.session = newSession(seed);
    this.generation++;
    this.#connect();
    this.console.note('A fresh cluster: everything before this line is gone.\n');
  }

  play(): void { this.session.post({ type: 'play' }); }
  pause(): void { this.session.post({ type: 'pause' }); }
  toggle(): void { if (this.clock.running) this.pause(); else this.play(); }
  step(): void { this.session.post({ type: 'step' }); }
  runUntilIdle(): void { this.session.post({ type: 'run-until-idle' }); }

  setSpeed(speed: number): void { this.session.post({ type: 'speed', speed }); }

  /** A button's deed: its kubectl command is typed into the console and run there. */
  act(line: string, files?: Readonly<Record<string, string>>): Promise<number> {
    this.view.bottom = 'console';
    return this.console.type(line, files);
  }

  #connect(): void {
    const { session } = this;
    this.console.connect(session.post);
    session.messages.subscribe((message) => {
      this.console.receive(message);
      if (message.type === 'edit') this.editor.lend(message.name, message.text, (text) => session.post({ type: 'edited', id: message.id, ...(text !== undefined && { text }) }));
      if (message.type === 'edit') this.view.narrowTab = 'edit';
      if (message.type === 'descriptions-wanted') void import('virtual:kubernetes-descriptions').then(({ default: descriptions }) => session.post({ type: 'descriptions', descriptions }));
      if (message.type === 'reset') this.reset();
    });
  }
}

const newSession = (seed: number): Session => new Session({ seed, nodes: workerNodes, manifests: firstManifests, files: exampleFiles });

const context = Symbol('app');
export const provideApp = (app: App): App => setContext(context, app);
export const useApp = (): App => getContext<App>(context);
