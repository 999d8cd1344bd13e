import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './theme.css';
import { mount } from 'svelte';
import Page from './App.svelte';
import { App } from './lib/app.svelte';

const app = new App();
const target = document.getElementById('page');
if (target) mount(Page, { target, props: { app } });
