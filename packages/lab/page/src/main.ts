import { mount } from "svelte";
import App from "./App.svelte";
import "./app.css";
import { takeToken } from "./state/token.ts";

takeToken();
mount(App, { target: document.getElementById("app") as HTMLElement });
