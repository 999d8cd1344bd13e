import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './theme.css';
import { mount } from 'svelte';
import Page from './App.svelte';
import { App } from './lib/app.svelte';
import { isShared } from './lib/share';

const app = new App();
const openLink = (): void => { if (isShared(location.hash)) void app.open(location.hash); };
const target = document.getElementById('page');
if (target) mount(Page, { target, props: { app } });
openLink();
addEventListener('hashchange', openLink);
