import { getContext, setContext } from 'svelte';
import type { ClockState } from '../../src/worker/protocol';
import { commandsOf } from './commands';
import { Console } from './console.svelte';
import { Editor } from './editor.svelte';
import { exampleFiles, firstManifests } from './examples';
import { Owners } from './owners';
import { PodViews } from './pod-view';
import { Session } from './session.svelte';
import { fragmentOf, sharedIn, workerNodes } from './share';
import type { Undo } from './undo';
import { View } from './view.svelte';
import { World } from './world';

/** What the editor's text is called where commands read it. */
export const manifestFile = 'manifest.yaml';
const firstSeed = 1;

/** The page as a whole: the cluster on show, the console, the editor, and what is looked at. */
export class App {
  session = $state.raw(newSession(firstSeed, workerNodes));
  world = $derived(new World(this.session.door));
  readonly #views = new PodViews();
  /** All pods as they are drawn. */
  pods = $derived(this.#views.of(this.world.pods.current, new Owners({ replicaSets: this.world.replicaSets.current, revisions: this.world.revisions.current })));
  /** What is served at the moment, and the commands in its words. */
  kinds = $derived(this.world.kinds.current);
  commands = $derived(commandsOf(this.kinds));
  /** The simulated time in whole seconds: for what shows ages. */
  second = $derived(Math.floor(this.session.clock.now / 1_000) * 1_000);
  readonly view = new View();
  readonly console = new Console();
  readonly editor = new Editor();
  /** The last deed that can be taken back. */
  offer = $state.raw<{ readonly did: string; readonly undo: Undo }>();
  /** A link that holds nothing we can read was opened. */
  linkRefused = $state(false);
  /** Counts resets: what belongs to one cluster only is keyed by it. */
  generation = $state(0);

  constructor() {
    this.#connect();
    this.console.note('kubectl works here. Tab completes, ↑ recalls, Ctrl+C stops.\n');
  }

  get clock(): ClockState { return this.session.clock; }

  /** Ends this cluster and starts a fresh one; the same seed gives the same history. Editor text, transcript and layout stay. */
  reset({ seed = this.session.start.seed, nodes = this.session.start.nodes }: { readonly seed?: number; readonly nodes?: number } = {}): void {
    this.session.end();
    this.view.select(undefined);
    this.offer = undefined;
    this.session = newSession(seed, nodes);
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

  /** A button's deed: its kubectl command is typed into the console and run there. With `undo` that is offered when it went well. */
  async act(line: string, files?: Readonly<Record<string, string>>, undo?: Undo): Promise<number> {
    this.view.bottom = 'console';
    const exit = await this.console.type(line, files);
    if (undo && exit === 0) this.offer = { did: line, undo };
    return exit;
  }

  /** Takes the last deed back, by the command that does. */
  takeBack(): void {
    const { offer } = this;
    this.offer = undefined;
    if (offer) void this.act(offer.undo.line, offer.undo.files);
  }

  /** A link to what this cluster is: its seed, what was typed, and the manifest. Undefined when that is too much for a link. */
  async link(): Promise<string | undefined> {
    const { seed, nodes } = this.session.start;
    const fragment = await fragmentOf({ seed, nodes, text: this.editor.loan?.before ?? this.editor.text, commands: this.console.ran });
    return fragment && new URL(fragment, location.href).href;
  }

  /** Builds what a link holds: a fresh cluster of that seed, the manifest, and its commands one after the other. */
  async open(fragment: string): Promise<void> {
    const shared = await sharedIn(fragment);
    if (!shared) { this.linkRefused = true; return; }
    this.linkRefused = false;
    this.editor.settle(false);
    this.editor.text = shared.text;
    const { seed, nodes } = this.session.start;
    if (seed !== shared.seed || nodes !== shared.nodes || this.console.ran.length > 0) this.reset(shared);
    await this.session.whenStarted;
    for (const { line, files } of shared.commands) await this.console.run(line, files);
  }

  #connect(): void {
    const { session } = this;
    this.console.connect(session.post);
    session.messages.subscribe((message) => {
      this.console.receive(message);
      if (message.type === 'edit') this.editor.lend(message.name, message.text, (text) => session.post({ type: 'edited', id: message.id, ...(text !== undefined && { text }) }));
      if (message.type === 'edit') this.view.narrowTab = 'edit';
      if (message.type === 'descriptions-wanted') void import('virtual:kubernetes-descriptions').then(({ default: descriptions }) => session.post({ type: 'descriptions', descriptions }));
      if (message.type === 'reset') this.reset(message);
    });
  }
}

const newSession = (seed: number, nodes: number): Session => new Session({ seed, nodes, manifests: firstManifests, files: exampleFiles });

const context = Symbol('app');
export const provideApp = (app: App): App => setContext(context, app);
export const useApp = (): App => getContext<App>(context);
