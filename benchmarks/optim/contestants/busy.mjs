// Keeps one processor busy, and touches no memory to speak of, until it is stopped.
process.on("disconnect", () => process.exit());
for (;;) {
  const end = Date.now() + 100;
  while (Date.now() < end);
  // Lets the message through that the benchmark has gone.
  await new Promise(setImmediate);
}
