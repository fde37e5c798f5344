import fc from "fast-check";

// The same cases in each run: a failure can be looked into.
fc.configureGlobal({ seed: 20_261_125 });

export { fc };
