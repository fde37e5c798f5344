import { block, cell, code, frontMatter, page, prose, table } from "./markdown.mjs";

/** The pages of all commands, and their index, from the program that prints their help. */
export function commandPages(program) {
  const leaves = leavesOf(program).filter(({ command }) => command.name() !== "help");
  const pages = Object.fromEntries(leaves.map(({ path, command }) => [path.join("-"), commandPage(path, command)]));
  const items = leaves.map(({ path }) => ({ text: path.join(" "), link: `/reference/commands/${path.join("-")}` }));
  return {
    pages: { index: indexPage(leaves), ...pages },
    sidebar: [{ text: "Commands", link: "/reference/commands/", items }],
  };
}

const leavesOf = (command, path = []) =>
  command.commands.length === 0
    ? [{ path, command }]
    : command.commands.flatMap((child) => leavesOf(child, [...path, child.name()]));

const indexPage = (leaves) =>
  page(
    frontMatter("Commands", "The commands of Downhill's command line, with every flag"),
    "# Commands",
    "`npx downhill COMMAND --help` prints the same. Every flag of `train` is also a key of `downhill.config.json`.",
    table(
      ["Command", "Purpose"],
      leaves.map(({ path, command }) => [
        `[${path.join(" ")}](./${path.join("-")}.md)`,
        cell(sentence(command.summary() || command.description())),
      ]),
    ),
  );

const sentence = (text) => {
  const [first] = text.split(/(?<=\.)\s/);
  return `${first.charAt(0).toUpperCase()}${first.slice(1).replace(/\.$/, "")}.`;
};

function commandPage(path, command) {
  const name = path.join(" ");
  const examples = examplesOf(command);
  return page(
    frontMatter(`downhill ${name}`, sentence(command.summary() || command.description())),
    `# downhill ${name}`,
    prose(command.description()),
    block("text", `npx downhill ${name} ${command.usage()}`),
    examples.length > 0 && `## Examples\n\n${block("sh", examples.map((line) => `npx ${line}`).join("\n"))}`,
    ...argumentSection(command),
    ...optionSections(command),
  );
}

/** The lines of examples at the end of the help. */
function examplesOf(command) {
  let help = "";
  const { writeOut } = command.configureOutput();
  command.configureOutput({ writeOut: (text) => (help += text) });
  command.outputHelp();
  command.configureOutput({ writeOut });
  return help
    .slice(help.search(/^Examples?:$/m))
    .split("\n")
    .flatMap((line) => /^ {2}(downhill .*)$/.exec(line)?.[1] ?? []);
}

function argumentSection(command) {
  const taken = command.registeredArguments;
  if (taken.length === 0) return [];
  const rows = taken.map((argument) => [code(argument.name()), cell(argument.description)]);
  return [`## Arguments\n\n${table(["Name", "Meaning"], rows)}`];
}

/** The flags by the headings that the help gives them. */
function optionSections(command) {
  const groups = new Map();
  for (const option of command.createHelp().visibleOptions(command)) {
    if (option.long === "--help") continue;
    const heading = (option.helpGroupHeading ?? "Options:").replace(/:$/, "");
    groups.set(heading, [...(groups.get(heading) ?? []), option]);
  }
  return [...groups].map(([heading, options]) => {
    const rows = options.map((option) => [
      `<span class="flag">${code(option.flags)}</span>`,
      cell(optionText(command, option)),
    ]);
    return `## ${heading}\n\n${table(["Flag", "Meaning"], rows)}`;
  });
}

const optionText = (command, option) => command.createHelp().optionDescription(option);
