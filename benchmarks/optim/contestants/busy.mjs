// Keeps one processor busy, with almost no memory, until it is stopped.
process.on("disconnect", () => process.exit());
for (;;) {
  const end = Date.now() + 100;
  while (Date.now() < end);
  // Lets the event of the closed benchmark through.
  await new Promise(setImmediate);
}
